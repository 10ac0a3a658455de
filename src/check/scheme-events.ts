import { bytesOf } from "../bytes.ts";
import { parseDuration } from "../duration.ts";
import { invalidOption } from "../errors.ts";
import { parsedJson, stepsOf } from "../json.ts";
import type { Preset } from "../presets.ts";
import { createRandom } from "../random.ts";
import type { Scheme } from "../signing/scheme.ts";
import { createSigner } from "../signing/signer.ts";
import { inJson, timeFormats, withValue } from "../signing/template.ts";
import { type Run, type Source, trickyText } from "./subject.ts";

/** Milliseconds, where nothing says how long a provider waits. */
const defaultTimeout = 10_000;

export interface OfScheme {
	readonly preset?: Preset | undefined;
	/** The type that is sent where it does not matter. */
	readonly type?: string | undefined;
	/** Default: a secret is made. */
	readonly secret?: string | undefined;
	/** What is sent in place of what is invented here. */
	readonly body?: string | undefined;
}

/**
 * Events of a scheme. They are invented: their bytes are such that whoever reads them as JSON and writes them anew gets
 * others, in any language. In a body of the user's own nothing but the id, the type and the time are put anew.
 *
 * @throws LocalhookError `invalid-option` for a scheme of key pairs, unless there is a secret
 */
export function schemeEvents(
	name: string,
	scheme: Scheme,
	run: Run,
	{ preset, type: main = "lhcheck.created", secret, body: own }: OfScheme,
): Source {
	const signer = createSigner(scheme);
	if (/ed25519|ecdsa|rsa/.test(scheme.algorithm ?? "") && secret === undefined)
		throw invalidOption(
			`Failed to make a secret for ${name}: it signs with a private key. Make a pair of keys, give the receiver the public one, and name the private one as the secret.`,
		);
	const isForm = scheme.content?.includes("{body.form}") === true;
	const { id: idPlace, type: typePlace = "json:/type" } = preset?.event ?? {};
	const headersHoldId = Object.values(scheme.headers).some((header) =>
		header.includes("{id}"),
	);
	const { format = "unix", body: timePlace } = scheme.timestamp ?? {};

	function make(
		{ id, type, time }: Parameters<Source["make"]>[0],
		{ change }: Parameters<Source["make"]>[1],
	): ReturnType<Source["make"]> {
		const headers: Record<string, string> = {
			"Content-Type": isForm
				? "application/x-www-form-urlencoded"
				: "application/json",
		};
		if (isForm) {
			const form = own ?? new URLSearchParams({ id, Body: trickyText });
			return { headers, body: bytesOf(String(form)) };
		}
		const values: Value[] = [];
		if (timePlace !== undefined)
			values.push([
				stepsOf(timePlace),
				inJson(timeFormats[format].write(time)),
			]);
		for (const [place, value] of [
			[idPlace ?? "json:/id", id],
			[typePlace, type],
		] as const) {
			const [kind, path = ""] = place.split(/:(.*)/s);
			if (kind === "header") headers[path] = value;
			else values.push([stepsOf(path), value]);
		}
		const text =
			own === undefined
				? tricky(
						values.reduce<unknown>(
							(payload, [steps, value]) => withValue(payload, steps, value),
							{ created: Math.floor(time / 1000), data },
						),
					)
				: values.reduce(inPlace, own);
		const isChanged = change !== undefined && /^\s*\{/.test(text);
		return {
			headers,
			body: bytesOf(isChanged ? tricky(change(JSON.parse(text))) : text),
		};
	}

	const { timeout, success } = preset?.delivery ?? {};
	const random = createRandom(run.seed).fork(name);
	return {
		name,
		title: preset?.title ?? name,
		signer,
		secret: signer.secretFrom(random.hex(48)),
		nextSecret: signer.secretFrom(random.hex(48)),
		otherSecrets: () => [],
		rolls: scheme.secrets === "all",
		timeout: timeout === undefined ? defaultTimeout : parseDuration(timeout),
		success: success as Source["success"],
		types: [],
		main,
		hasIds: idPlace !== undefined || headersHoldId,
		hasOwnIds: true,
		isInvented: own === undefined,
		hasTimes: false,
		facts: preset?.facts ?? {},
		make,
	};
}

const data = { name: trickyText, amount: 10, url: "https://example.com/a" };

/** Written as no writer of JSON does it again: spaces as Python has them, a slash as PHP, `10.0`, letters beyond ASCII. */
function tricky(payload: unknown): string {
	return JSON.stringify(payload, null, 1)
		.replace(/\n */g, " ")
		.replaceAll("https://", "https:\\/\\/")
		.replace('"amount": 10,', '"amount": 10.0,')
		.replace("ë", "\\u00eb");
}

type Value = readonly [steps: readonly string[], value: string | number];

/** JSON with another text or number where it has one, in bytes that are the same otherwise; what is no JSON stays. */
function inPlace(json: string, [steps, value]: Value): string {
	const old = steps.reduce((at, step) => Object(at)[step], parsedJson(json));
	return typeof old === "string" || typeof old === "number"
		? json.replace(JSON.stringify(old), () => JSON.stringify(value))
		: json;
}
