import { exec } from "node:child_process";
import { basename } from "node:path";
import { promisify } from "node:util";
import { builtInIds } from "../catalog.ts";
import {
	checkReceiver,
	mostRequests,
	nothingNamed,
	type Plan,
	planOf,
	probeAt,
	refuseUnsafe,
} from "../check/check-receiver.ts";
import { type Check, checksFor } from "../check/checks.ts";
import { readingOf } from "../check/effects.ts";
import type { Asked, CheckOptions } from "../check/options.ts";
import {
	again,
	beside,
	createTextReport,
	junitOf,
	resultLine,
	width,
} from "../check/report.ts";
import { rulesOf } from "../check/result.ts";
import { invalidOption, quoted } from "../errors.ts";
import { commandLine, type OptionsOf } from "../generated/command-line.ts";
import { presetNames } from "../presets.ts";
import { counted } from "../printing.ts";
import { maskUrl } from "../web-address.ts";
import { expectOutput, readInput, writeOutput } from "./files.ts";
import {
	type CommandContext,
	coloursFor,
	exitCodeOfSignal,
	exitCodes,
	type FillCommand,
	type Io,
	stopSignal,
} from "./io.ts";
import { describe } from "./options.ts";
import { schemeOf, secretIn, secretOf } from "./sign-command.ts";
import {
	countEffects,
	freePort,
	type Started,
	startReceiver,
} from "./started-receiver.ts";

type Given = OptionsOf<"check">;

export const checkCommand: FillCommand = (command, context) => {
	describe(command, commandLine.commands.check).action(
		async (_: unknown, __: unknown, given: Given) => {
			const { words } = context;
			const dashes = words.indexOf("--");
			const wanted = dashes === -1 ? [] : words.slice(dashes + 1);
			const [url] = command.args.slice(0, command.args.length - wanted.length);
			const isFor = given.provider ?? given.scheme;
			if (given.list && isFor === undefined)
				return list(checksFor(undefined, given.only, given.skip), context);
			if (
				url === undefined &&
				wanted.length === 0 &&
				!(given.dryRun || given.list)
			)
				throw invalidOption(
					"Missing the receiver: give its URL, or the command that starts it after --, as in: localhook check --provider prolific -- node server.js",
				);
			const plan = await planned(url, wanted, given, context.io);
			if (given.list) return list(plan.chosen, context);
			if (given.dryRun) return preview(plan, context);
			context.finish(await run(plan, wanted, given, context));
		},
	);
};

const rows = (left: string, text: string) =>
	beside(left.padEnd(22), text).split("\n");

function list(listed: readonly Check[], { print }: CommandContext): void {
	for (const check of listed)
		print(
			{ kind: "check", ...check },
			rows(check.id, `${check.sent} -> ${check.right}`),
		);
}

function preview(
	{ chosen, requests, url }: Plan,
	{ io, json, print }: CommandContext,
): void {
	for (const { id, sent, cost } of chosen)
		print(
			{ kind: "check", id, sent, requests: cost[0] },
			rows(`${id.padEnd(22)} ${String(cost[0]).padStart(3)} `, sent),
		);
	if (!json)
		io.stdout.write(
			`\nabout ${counted(requests, "request")} to ${maskUrl(url)}; nothing was sent\n`,
		);
}

async function run(
	plan: Plan,
	command: readonly string[],
	given: Given,
	{ io, json }: CommandContext,
): Promise<number> {
	const { url, subject, options, print, deadline, requests, work } = plan;
	const { reporter, output, strict = false, failCommand } = given;
	if (json && reporter === "junit" && output === undefined)
		throw invalidOption(
			"Failed to report: --json and --reporter junit both go to stdout. Give the second a file by --output.",
		);
	if (output !== undefined) await expectOutput(output);
	// Before anything is printed, since the secret is.
	await refuseUnsafe(url, options);
	if (given.probe) await refuseUnsafe(given.probe, options, "probe");
	const isStarted = command.length > 0;
	const shown = maskUrl(url);
	const isLong = subject.name.length + shown.length > width - 5;
	const variable = `${subject.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_WEBHOOK_SECRET`;
	io.mask(subject.secret);
	const colours = coloursFor(io.stdout, io.env);
	const text = createTextReport(colours);
	const isText = !json && !(reporter === "junit" && output === undefined);
	const say = (lines: string) => {
		if (!isText) return;
		io.showProgress("");
		io.stdout.write(lines);
	};
	const isWatched = isStarted || given.probe || given.probeCommand;
	say(
		`  ${colours.bold(subject.name)} →${isLong ? "\n   " : ""} ${shown}\n` +
			`  sends about ${counted(requests, "request")} in ${Math.ceil(requests / 15)} s; the receiver does the work of ${counted(work, "event")}\n` +
			(subject.hasOwnIds
				? "  whose ids begin with `lhcheck`\n"
				: `  ${subject.title} sends no ids of events: those in them hold \`_lhcheck\`\n`) +
			(isWatched ? "  it takes longer where effects come late\n" : "") +
			`  if it refuses a right delivery, up to ${mostRequests} in all, to find out why\n` +
			(options.secret !== undefined || isStarted
				? `  secret ${print}\n\n`
				: `  secret of seed "${given.seed}": start the receiver with\n  ${variable}=${subject.secret}\n\n`),
	);
	const stop = stopSignal(io.host);
	let receiver: Started | undefined;
	const counter = await effectsOf(given, options, isStarted);
	const start = async (secret: string) => {
		await receiver?.end();
		const variables = { [variable]: secret, ...counter.variables };
		receiver = await startReceiver(command, url, variables, stop, deadline);
	};
	try {
		if (isStarted) await start(subject.secret);
		const report = await checkReceiver(url, plan, {
			stop,
			effects: counter.effects,
			ways: {
				restart: isStarted ? start : undefined,
				fate: async () => receiver?.fate(),
				words: () => receiver?.words() ?? "",
				fail:
					failCommand === undefined
						? counter.fail
						: async () => void (await printedBy(failCommand)),
			},
			begin: ({ id }, sent) =>
				isText &&
				io.showProgress(
					`  … ${id}  ${sent} of about ${counted(requests, "request")}`,
				),
			tell: (result) =>
				json
					? io.stdout.write(`${JSON.stringify(resultLine(result))}\n`)
					: say(text.tell(result)),
		});
		const { results, text: _, reason, ...summary } = report;
		if (json)
			io.stdout.write(`${JSON.stringify({ kind: "summary", ...summary })}\n`);
		else say(text.end(results, summary) + again(results));
		if (reporter === "junit")
			await writeOutput(
				output ?? "-",
				Buffer.from(junitOf(results, summary, strict)),
				io,
			);
		if (reporter === "github")
			for (const { outcome, id, got, fix = "" } of results)
				if (outcome === "fail" || outcome === "warn")
					io.annotate(
						outcome === "fail" ? "error" : "warning",
						id,
						`${got.replace(/\.$/, "")}. ${fix} ${rulesOf({ id })}`,
					);
		if (reason === "stopped") return exitCodeOfSignal(stop.reason);
		if (reason === "deadline") return exitCodes.timedOut;
		return report.ok ? exitCodes.done : exitCodes.failed;
	} catch (error) {
		if (stop.aborted) return exitCodeOfSignal(stop.reason);
		throw error;
	} finally {
		await receiver?.end();
		counter.close?.();
	}
}

async function planned(
	given: string | undefined,
	command: readonly string[],
	options: Given,
	io: Io,
): Promise<Plan> {
	const { provider, scheme, allowReceiver, output, reporter, file } = options;
	const { secretEnv, secretFile, nextSecretEnv } = options;
	if (output !== undefined && reporter !== "junit")
		throw invalidOption(
			"Invalid --output: there is nothing to write to a file. Give --reporter junit too.",
		);
	if (provider === undefined && scheme === undefined) throw nothingNamed();
	if (given !== undefined && options.path !== undefined)
		throw invalidOption(
			`Invalid --path ${quoted(options.path)}: the URL ${quoted(given)} has a path already. Put it there, and leave --path out.`,
		);
	const name = provider ?? basename(scheme ?? "").replace(/\..*$/, "");
	const isPreset = presetNames.includes(scheme ?? "");
	const by =
		scheme === undefined || builtInIds.includes(scheme)
			? {
					provider: (provider ?? scheme) as CheckOptions["provider"],
				}
			: { scheme: isPreset ? scheme : await schemeOf(scheme) };
	const text = (read: string | undefined, flag?: string) =>
		read === undefined ? undefined : secretIn(read, io, flag);
	const port =
		given === undefined && command.length > 0 ? await freePort() : 3000;
	const { path = `/webhooks/${name}` } = options;
	const url = given ?? new URL(path, `http://127.0.0.1:${port}`).href;
	const { settle, type, seed, only, skip, strict, deadline } = options;
	const asked: Asked = {
		...{ settle, type, seed, only, skip, strict, deadline, ...by },
		secret:
			secretFile === undefined
				? text(secretEnv)
				: await secretOf(secretFile, io),
		nextSecret: text(nextSecretEnv, "--next-secret-env"),
		body: file === undefined ? undefined : String(await readInput(file, io)),
		allowReceivers: allowReceiver,
	};
	return planOf(url, asked, name);
}

async function effectsOf(
	{ probe, probeCommand }: Given,
	options: Asked,
	isStarted: boolean,
): Promise<Partial<Awaited<ReturnType<typeof countEffects>>>> {
	if (probe !== undefined) return { effects: probeAt(probe, options) };
	if (probeCommand !== undefined) {
		const read = async () => readingOf(await printedBy(probeCommand));
		return { effects: { read } };
	}
	return isStarted ? countEffects() : {};
}

async function printedBy(line: string): Promise<string> {
	const running = promisify(exec)(line, { timeout: 10_000 });
	running.child.stdin?.end();
	return (await running).stdout;
}
