import type { Command } from "commander";
import { builtInIds, install } from "../../catalog.ts";
import type { Signer } from "../../contract/signing.ts";
import { createSystemClock } from "../../delivery/clock.ts";
import { resolveOptions } from "../../engine/options.ts";
import { LocalhookError, quoted } from "../../errors.ts";
import { parseIsoTime } from "../../iso-time.ts";
import { didYouMean } from "../../nearest.ts";
import { presetNames, presetOf } from "../../presets.ts";
import { createSigner } from "../../signing/signer.ts";
import { exitCodes } from "../exit-codes.ts";
import { readInput, readJson } from "../files.ts";
import type { CommandContext, FillCommand, Io } from "../io.ts";
import { addJsonOption, refuseTogether } from "../options.ts";

interface Given {
	readonly scheme: string;
	readonly secretEnv: readonly string[];
	readonly secretFile: readonly string[];
	readonly file: string;
	readonly at?: number;
	readonly url: string;
	readonly method: string;
	readonly json?: boolean;
}

/** `localhook sign` */
export const sign: FillCommand = (command, context) => {
	describe(command, "print a JSON object: header to value")
		.option("--id <text>", "the event's id", "evt_localhook")
		.option("--type <text>", "the event's type", "")
		.addHelpText("after", signHelp)
		.action(async (given: Given & { id: string; type: string }) => {
			const { id, type, url, method, json } = given;
			const { signer, secrets, body, at } = await read(given, context);
			const headers = signer.sign({
				id,
				type,
				url,
				method,
				headers: {},
				body,
				secrets,
				at,
			});
			const { stdout } = context.io;
			if (json) stdout.write(`${JSON.stringify(headers)}\n`);
			else
				for (const [name, value] of Object.entries(headers))
					stdout.write(`${name}: ${value}\n`);
		});
};

/** `localhook verify` */
export const verify: FillCommand = (command, context) => {
	describe(command, "print the verdict as JSON")
		.option(
			"--header <name: value>",
			"a header of the request (repeatable)",
			collect,
			[],
		)
		.option("--headers <file>", "its headers: a JSON object; - for stdin")
		.addHelpText("after", verifyHelp)
		.action(async (given: Given & HeadersGiven) => {
			const { url, method, json } = given;
			const { signer, secrets, body, at } = await read(given, context);
			const headers = await headersOf(given, context.io);
			const verdict = signer.verify({
				headers,
				body,
				secrets,
				url,
				method,
				now: at,
			});
			const { stdout } = context.io;
			if (json)
				stdout.write(`${JSON.stringify({ kind: "verdict", ...verdict })}\n`);
			else
				stdout.write(
					verdict.ok
						? "right: the signature verifies\n"
						: `wrong (${verdict.check}): ${verdict.reason}\n`,
				);
			if (!verdict.ok) context.finish(exitCodes.failed);
		});
};

function describe(command: Command, json: string): Command {
	command
		.option("--scheme <name>", "a preset, a provider or a scheme file", "")
		.option(
			"--secret-env <variable>",
			"the variable that holds the secret (repeatable)",
			collect,
			[],
		)
		.option(
			"--secret-file <file>",
			"the file that holds the secret (repeatable)",
			collect,
			[],
		)
		.option("--file <file>", "the request's body; - for stdin", "-")
		.option("--at <time>", "the time; default: now", readTime)
		.option("--url <url>", "the URL, if the scheme signs it", "")
		.option("--method <name>", "the method, if the scheme signs it", "POST");
	return addJsonOption(command, json);
}

function collect(value: string, before: readonly string[]): string[] {
	return [...before, value];
}

function readTime(text: string): number {
	const at = parseIsoTime(text);
	if (at !== undefined) return at;
	throw new LocalhookError(
		"invalid-option",
		`Invalid --at ${quoted(text)}: must be a time with its zone, such as 2026-11-21T10:00:00Z.`,
	);
}

async function read(
	{ scheme, secretEnv, secretFile, file, at }: Given,
	{ io }: CommandContext,
) {
	const signer = await signerOf(scheme);
	const secrets = [
		...secretEnv.map((name) => secretIn(name, io)),
		...(await Promise.all(secretFile.map((each) => secretOf(each, io)))),
	];
	if (secrets.length === 0)
		throw new LocalhookError(
			"invalid-option",
			"There is no secret. Name the variable that holds it with --secret-env, or a file with --secret-file.",
		);
	for (const secret of secrets) io.mask(secret);
	const body = await readInput(file, io);
	return { signer, secrets, body, at: at ?? createSystemClock().now() };
}

/** @throws LocalhookError `unknown-provider`, `invalid-config` */
async function signerOf(name: string): Promise<Signer> {
	if (name === "")
		throw new LocalhookError(
			"invalid-option",
			'There is no scheme. Name a preset, a provider or a file with --scheme, as in "--scheme stripe".',
		);
	if (builtInIds.includes(name)) {
		const { provider } = await install(name);
		return provider.signer(resolveOptions(provider, {}, false));
	}
	if (presetNames.includes(name)) return createSigner(presetOf(name).signature);
	if (/[./\\]/.test(name)) {
		const { readScheme } = await import("../../config/read-scheme.ts");
		return createSigner(await readScheme(name));
	}
	const names = [...builtInIds, ...presetNames];
	throw new LocalhookError(
		"unknown-provider",
		`Invalid --scheme ${quoted(name)}: there is no preset or provider of that name.${didYouMean(name, names)} Choose one of ${names.join(", ")}, or give the path of a file.`,
	);
}

function secretIn(name: string, { env }: Io): string {
	const secret = env[name];
	if (secret) return secret;
	throw new LocalhookError(
		"invalid-option",
		`Invalid --secret-env ${quoted(name)}: there is no such variable, or it is empty. Export the secret in it first.`,
	);
}

/** Without the line break that editors put behind it. */
async function secretOf(file: string, io: Io): Promise<string> {
	const text = (await readInput(file, io)).toString().replace(/\r?\n$/, "");
	if (text !== "") return text;
	throw new LocalhookError(
		"invalid-option",
		`Invalid --secret-file ${quoted(file)}: it is empty. Write the secret into it first.`,
	);
}

interface HeadersGiven {
	readonly header: readonly string[];
	readonly headers?: string;
}

async function headersOf(
	given: Given & HeadersGiven,
	io: Io,
): Promise<Readonly<Record<string, string>>> {
	if (given.file === "-" && given.headers === "-")
		refuseTogether(
			{ file: "-", headers: "-" },
			["file", "headers"],
			"a file for one of them: both cannot come from stdin",
		);
	const lines = given.header.map((line) => {
		const colon = line.indexOf(":");
		if (colon > 0)
			return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
		throw new LocalhookError(
			"invalid-option",
			`Invalid --header ${quoted(line)}: must be a name, a colon and a value, such as "X-Signature: abc".`,
		);
	});
	const file =
		given.headers === undefined ? {} : await readJson(given.headers, io);
	return Object.fromEntries(
		[...Object.entries(file), ...lines].map(([name = "", value]) => [
			name.toLowerCase(),
			String(value),
		]),
	);
}

const signHelp = `
Signs without a server. Name two secrets while one is replaced by another, the newest first.

Examples:
  $ localhook sign --scheme stripe --secret-env STRIPE_SECRET --file body.json
  $ localhook sign --scheme ./acme.yaml --secret-file secret.txt --file body.json --json
  $ echo -n '{}' | localhook sign --scheme github --secret-env SECRET

docs/schemes.md lists the presets, and says how to write a scheme.
`;

const verifyHelp = `
Says whether the signature of a request is right, and if not, which check fails.

Examples:
  $ localhook verify --scheme github --secret-env SECRET --file body.json --header "X-Hub-Signature-256: sha256=..."
  $ localhook sign --scheme stripe --secret-env S --file body.json --json | localhook verify --scheme stripe --secret-env S --file body.json --headers -

Exit codes:
  0 it is right   1 it is wrong
`;
