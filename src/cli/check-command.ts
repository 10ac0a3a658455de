import { spawn as spawnShell } from "node:child_process";
import { basename } from "node:path";
import { builtInIds } from "../catalog.ts";
import {
	type Asked,
	checkReceiver,
	planOf,
	probeAt,
	readingOf,
} from "../check/check-receiver.ts";
import { checks } from "../check/checks.ts";
import type { Effects } from "../check/effects.ts";
import {
	counted,
	createTextReport,
	junitOf,
	resultLine,
	rulesOf,
} from "../check/report.ts";
import { parseDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import { presetNames } from "../presets.ts";
import { writeOutput } from "./files.ts";
import {
	type CommandContext,
	coloursFor,
	exitCodeOfSignal,
	exitCodes,
	type FillCommand,
	type Io,
	stopSignal,
} from "./io.ts";
import { describe, refuseTogether } from "./options.ts";
import { schemeOf, secretIn, secretOf } from "./sign-command.ts";
import {
	countEffects,
	freePort,
	type Started,
	startReceiver,
} from "./started-receiver.ts";

interface Given {
	readonly provider?: string;
	readonly scheme?: string;
	readonly secretEnv?: string;
	readonly secretFile?: string;
	readonly nextSecretEnv?: string;
	readonly probe?: string;
	readonly probeCommand?: string;
	readonly failCommand?: string;
	readonly settle?: string;
	readonly type?: string;
	readonly path?: string;
	readonly seed: string;
	readonly allowReceiver?: readonly string[];
	readonly only?: readonly string[];
	readonly skip?: readonly string[];
	readonly list?: boolean;
	readonly dryRun?: boolean;
	readonly strict?: boolean;
	readonly deadline: number;
	readonly reporter?: "junit" | "github";
	readonly output?: string;
}

/** `localhook check` */
export const checkCommand: FillCommand = (command, context) => {
	describe(command, commandLine.commands.check).action(
		async (_: unknown, __: unknown, given: Given) => {
			const { words } = context;
			const dashes = words.indexOf("--");
			const wanted = dashes === -1 ? [] : words.slice(dashes + 1);
			const [url] = command.args.slice(0, command.args.length - wanted.length);
			if (given.list) return list(context);
			context.finish(await run(url, wanted, given, context));
		},
	);
};

function list({ io, json }: CommandContext): void {
	for (const check of checks) {
		const line = `${check.id.padEnd(22)} ${check.sent} -> ${check.right}`;
		io.stdout.write(
			`${json ? JSON.stringify({ type: "check", ...check }) : line}\n`,
		);
	}
}

async function run(
	given: string | undefined,
	command: readonly string[],
	options: Given,
	{ io, json }: CommandContext,
): Promise<number> {
	const { reporter, output, strict = false } = options;
	const { asked, name, ownSecret } = await askedOf(options, io);
	if (given === undefined && command.length === 0 && !options.dryRun)
		throw new LocalhookError(
			"invalid-option",
			"There is no receiver. Give its URL, or the command that starts it behind two dashes: localhook check --provider prolific -- node server.js",
		);
	const port =
		given === undefined && command.length > 0 ? await freePort() : 3000;
	const { path = `/webhooks/${name}` } = options;
	const url = given ?? new URL(path, `http://127.0.0.1:${port}`).href;
	const { subject, chosen, requests, work } = planOf(url, asked);
	const variable = `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_WEBHOOK_SECRET`;
	io.mask(subject.secret);
	const colours = coloursFor(io.stdout, io.env);
	const text = createTextReport(colours);
	const isText = !json && !(reporter === "junit" && output === undefined);
	const say = (line: string) => isText && io.stdout.write(line);
	if (options.dryRun) {
		for (const { id, sent, cost } of chosen)
			io.stdout.write(
				json
					? `${JSON.stringify({ type: "check", id, sent, requests: cost[0] })}\n`
					: `${id.padEnd(22)} ${String(cost[0]).padStart(3)}  ${sent}\n`,
			);
		say(
			`\nabout ${counted(requests, "request")} to ${url}; nothing was sent\n`,
		);
		return exitCodes.done;
	}
	say(
		`  ${colours.bold(subject.name)} → ${url}\n` +
			`  sends about ${requests} requests in ${Math.ceil(requests / 15)} s; the receiver does the work of ${counted(work, "event")}\n` +
			(subject.hasOwnIds ? "  whose ids begin with `lhcheck`\n" : "") +
			(ownSecret || command.length > 0
				? "\n"
				: `  secret of seed "${options.seed}": start the receiver with\n  ${variable}=${subject.secret}\n\n`),
	);
	const stop = stopSignal(io.host);
	let receiver: Started | undefined;
	const counter = await effectsOf(options, asked, command.length > 0);
	const start = async (secret: string) => {
		await receiver?.end();
		const variables = { [variable]: secret, ...counter.variables };
		receiver = await startReceiver(command, url, variables, stop);
	};
	try {
		if (command.length > 0) await start(subject.secret);
		const report = await checkReceiver(url, url, asked, {
			stop,
			effects: counter.effects,
			ways: {
				restart: command.length > 0 ? start : undefined,
				fail:
					options.failCommand === undefined
						? undefined
						: async () => void (await printedBy(options.failCommand ?? "")),
			},
			tell: (result) =>
				json
					? io.stdout.write(`${JSON.stringify(resultLine(result))}\n`)
					: say(text.tell(result)),
		});
		const { results, text: _, reason, ...summary } = report;
		if (json)
			io.stdout.write(`${JSON.stringify({ type: "summary", ...summary })}\n`);
		else say(text.end(results, summary));
		if (reporter === "junit")
			await writeOutput(
				output ?? "-",
				Buffer.from(junitOf(results, summary, strict)),
				io,
			);
		if (reporter === "github")
			for (const result of results.filter(({ outcome }) =>
				/fail|warn/.test(outcome),
			))
				io.annotate(
					result.outcome === "fail" ? "error" : "warning",
					result.id,
					`${result.got}. ${result.fix ?? ""} ${rulesOf(result)}`,
				);
		if (reason === "stopped") return exitCodeOfSignal(stop.reason);
		if (reason === "deadline") return exitCodes.timedOut;
		return report.ok ? exitCodes.done : exitCodes.failed;
	} finally {
		await receiver?.end();
		counter.close();
	}
}

/** What is asked for, and what the provider or scheme is called. */
async function askedOf(options: Given, io: Io) {
	const { provider, scheme, settle, allowReceiver, output, reporter } = options;
	refuseTogether(options, ["provider", "scheme"], "one of them");
	refuseTogether(options, ["secretEnv", "secretFile"], "one of them");
	refuseTogether(options, ["probe", "probeCommand"], "one of them");
	if (output !== undefined && reporter !== "junit")
		throw new LocalhookError(
			"invalid-option",
			"Invalid --output: there is nothing to write to a file. Give --reporter junit too.",
		);
	const isProvider = scheme !== undefined && builtInIds.includes(scheme);
	const name =
		provider ??
		(scheme === undefined ? "" : basename(scheme).replace(/\..*$/, ""));
	const secret =
		options.secretEnv !== undefined
			? secretIn(options.secretEnv, io)
			: options.secretFile !== undefined
				? await secretOf(options.secretFile, io)
				: undefined;
	const nextSecret =
		options.nextSecretEnv === undefined
			? undefined
			: secretIn(options.nextSecretEnv, io);
	const isPreset = scheme !== undefined && presetNames.includes(scheme);
	const asked: Asked = {
		...options,
		provider: isProvider ? scheme : provider,
		scheme:
			scheme === undefined || isProvider
				? undefined
				: isPreset
					? scheme
					: await schemeOf(scheme),
		name,
		secret,
		nextSecret,
		settle: settle === undefined ? undefined : parseDuration(settle),
		allowReceivers: allowReceiver,
	};
	return { asked, name, ownSecret: secret !== undefined };
}

/** Who counts effects, and what the receiver has to know for that. */
async function effectsOf(
	{ probe, probeCommand }: Given,
	asked: Asked,
	starts: boolean,
): Promise<{
	readonly effects?: Effects;
	readonly variables?: Readonly<Record<string, string>>;
	close(): void;
}> {
	const close = () => {};
	if (probe !== undefined) return { effects: probeAt(probe, asked), close };
	if (probeCommand !== undefined) {
		const read = async () => readingOf(await printedBy(probeCommand));
		return { effects: { read }, close };
	}
	return starts ? countEffects() : { close };
}

/** What a line of the shell prints. */
function printedBy(line: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawnShell(line, {
			shell: true,
			timeout: 10_000,
			stdio: ["ignore", "pipe", "ignore"],
		});
		let printed = "";
		child.stdout.on("data", (chunk: Buffer) => {
			printed = (printed + chunk).slice(0, 64 * 1024);
		});
		child.on("error", reject);
		child.on("close", (code) =>
			code === 0
				? resolve(printed)
				: reject(new Error(`${JSON.stringify(line)} ended with ${code}`)),
		);
	});
}
