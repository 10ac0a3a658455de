import { builtInIds, install } from "../catalog.ts";
import type { Signer } from "../contract/signing.ts";
import { createSystemClock } from "../delivery/clock.ts";
import { parseIsoTime } from "../duration.ts";
import { resolveOptions } from "../engine/options.ts";
import { isRecord } from "../engine/shape.ts";
import { invalidOption, LocalhookError, quoted } from "../errors.ts";
import type { OptionsOf } from "../generated/command-line.ts";
import { didYouMean } from "../nearest.ts";
import { presetNames, presetOf } from "../presets.ts";
import { below } from "../problem.ts";
import { type Scheme, schemeProblems } from "../signing/scheme.ts";
import { createSigner } from "../signing/signer.ts";
import { webAddress } from "../web-address.ts";
import { readInput, readJson } from "./files.ts";
import {
	type CommandContext,
	exitCodes,
	type FillCommand,
	type Io,
} from "./io.ts";
import { describe } from "./options.ts";

export const sign: FillCommand = (command, context, document) => {
	describe(command, document).action(async (given: OptionsOf<"sign">) => {
		const { id, type = "", url = "", method } = given;
		for (const value of [id, type])
			if (/[\r\n]/.test(value))
				throw invalidOption(
					`Invalid ${quoted(value)}: what stands in a header must be on one line.`,
				);
		const { signer, secrets, body, at } = await read(given, context);
		const message = { id, type, url, method, headers: {}, body, secrets, at };
		const headers = signer.sign(message);
		const lines = context.json
			? [JSON.stringify(headers)]
			: Object.entries(headers).map((each) => each.join(": "));
		context.io.stdout.write(`${lines.join("\n")}\n`);
	});
};

export const verify: FillCommand = (command, context, document) => {
	describe(command, document).action(async (given: OptionsOf<"verify">) => {
		const { url = "", method } = given;
		const { signer, secrets, body, at } = await read(given, context);
		const headers = await headersOf(given, context.io);
		const received = { headers, body, secrets, url, method, now: at };
		const verdict = signer.verify(received);
		const text = verdict.ok
			? "right: the signature verifies"
			: `wrong (${verdict.check}): ${verdict.reason}`;
		context.print({ kind: "verdict", ...verdict }, text);
		if (!verdict.ok) context.finish(exitCodes.failed);
	});
};

function timeOf(text: string | undefined): number {
	if (text === undefined) return createSystemClock().now();
	const at = parseIsoTime(text);
	if (at !== undefined) return at;
	throw invalidOption(
		`Invalid --at ${quoted(text)}: must be a time with its zone, such as 2026-11-21T10:00:00Z.`,
	);
}

async function read(
	given: OptionsOf<"sign" | "verify">,
	{ io }: CommandContext,
) {
	if (given.file === "-" && given.secretFile?.includes("-"))
		throw invalidOption(
			'Invalid --secret-file "-": the body comes from stdin. Give a file for one of them.',
		);
	if (given.url !== undefined && webAddress(given.url) === null)
		throw invalidOption(
			`Invalid --url ${quoted(given.url)}: must be a web address, such as https://example.com/hooks.`,
		);
	const signing = await readSigning(given, io);
	const body = await readInput(given.file, io);
	return { ...signing, body };
}

export async function readSigning(
	{
		scheme,
		provider,
		url,
		secretEnv = [],
		secretFile = [],
		at,
	}: Pick<
		OptionsOf<"verify">,
		"scheme" | "secretEnv" | "secretFile" | "at" | "url"
	> & { readonly provider?: string | undefined },
	io: Io,
) {
	const signer = await (provider === undefined
		? signerOf(scheme, url)
		: signerOfProvider(provider));
	const secrets = [
		...secretEnv.map((name) => secretIn(name, io)),
		...(await Promise.all(secretFile.map((each) => secretOf(each, io)))),
	];
	if (secrets.length === 0)
		throw invalidOption(
			"Missing the secret: name the variable that holds it with --secret-env, or a file with --secret-file.",
		);
	for (const secret of secrets) io.mask(secret);
	return { signer, secrets, at: timeOf(at) };
}

async function signerOf(name = "", url = ""): Promise<Signer> {
	if (name === "")
		throw invalidOption(
			'Missing --scheme: name a preset, a provider or a file, as in "--scheme stripe".',
		);
	if (builtInIds.includes(name)) return signerOfProvider(name);
	const scheme = await schemeOf(name);
	if (url === "" && scheme.content?.includes("{url}"))
		throw invalidOption(
			"There is no URL, and this scheme signs it. Give the one that is registered at the provider with --url.",
		);
	return createSigner(scheme);
}

async function signerOfProvider(name: string): Promise<Signer> {
	const { provider } = await install(name);
	return provider.signer(resolveOptions(provider, {}, false));
}

export async function schemeOf(name: string): Promise<Scheme> {
	if (presetNames.includes(name)) return presetOf(name).signature;
	if (/[./\\]/.test(name)) return readScheme(name);
	const names = [...builtInIds, ...presetNames];
	throw new LocalhookError(
		"unknown-provider",
		`Invalid --scheme ${quoted(name)}: there is no preset or provider of that name.${didYouMean(name, names)} Choose one of ${names.join(", ")}, or give the path of a file.`,
	);
}

/** Of a YAML or JSON file: the scheme itself, or one under `signature`, as in a preset. */
async function readScheme(file: string): Promise<Scheme> {
	// Only now, since few schemes are in files.
	const { readSound } = await import("../config/read-data.ts");
	const parts = (value: unknown) =>
		isRecord(value) && "signature" in value
			? { inside: ["signature"], scheme: value.signature }
			: { inside: [], scheme: value };
	const { value } = readSound("scheme", file, {
		check(value) {
			const { inside, scheme } = parts(value);
			return below(inside, schemeProblems(scheme));
		},
	});
	return parts(value).scheme as Scheme;
}

export function secretIn(
	name: string,
	{ env }: Io,
	flag = "--secret-env",
): string {
	const secret = env[name];
	if (secret?.trim()) return secret;
	throw invalidOption(
		`Invalid ${flag} ${quoted(name)}: there is no such variable, or it is empty. Export the secret in it first.`,
	);
}

export async function secretOf(file: string, io: Io): Promise<string> {
	const text = (await readInput(file, io)).toString().replace(/\r?\n$/, "");
	if (text.trim() !== "") return text;
	throw invalidOption(
		`Invalid --secret-file ${quoted(file)}: it is empty. Write the secret into it first.`,
	);
}

async function headersOf(
	{ file: bodyFile, header = [], headers }: OptionsOf<"verify">,
	io: Io,
): Promise<Readonly<Record<string, string>>> {
	if (bodyFile === "-" && headers === "-")
		throw invalidOption(
			'Invalid --headers "-": the body comes from stdin. Give a file for one of them.',
		);
	const lines = header.map((line) => {
		const colon = line.indexOf(":");
		if (colon > 0)
			return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
		throw invalidOption(
			`Invalid --header ${quoted(line)}: must be a name, a colon and a value, such as "X-Signature: abc".`,
		);
	});
	const file = headers === undefined ? {} : await readJson(headers, io);
	return Object.fromEntries(
		[...Object.entries(file), ...lines].map(([name = "", value]) => [
			name.toLowerCase(),
			String(value),
		]),
	);
}
