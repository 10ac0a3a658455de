import { bytesOf } from "../bytes.ts";
import { parseDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import type { Preset } from "../presets.ts";
import { createRandom } from "../random.ts";
import type { Scheme } from "../signing/scheme.ts";
import { createSigner } from "../signing/signer.ts";
import {
	inJson,
	stepsOf,
	timeFormats,
	withValue,
} from "../signing/template.ts";
import {
	type Payload,
	type Run,
	type Sample,
	type Subject,
	trickyText,
	unknownType,
	type Variation,
} from "./subject.ts";

/** Milliseconds, where nothing says how long a provider waits. */
const usualTimeout = 10_000;
const usualType = "lhcheck.created";

/**
 * A scheme as what a receiver is checked by. Its events are invented: their bytes are such that whoever reads them as
 * JSON and writes them anew gets others, in any language.
 *
 * @throws LocalhookError `invalid-option` for a scheme of key pairs, unless there is a secret
 */
export function schemeSubject(
	name: string,
	scheme: Scheme,
	url: string,
	run: Run,
	{
		preset,
		type: usual = usualType,
		hasSecret,
	}: {
		readonly preset?: Preset | undefined;
		readonly type?: string | undefined;
		readonly hasSecret: boolean;
	},
): Subject {
	const signer = createSigner(scheme);
	if (/ed25519|ecdsa|rsa/.test(scheme.algorithm ?? "") && !hasSecret)
		throw new LocalhookError(
			"invalid-option",
			`Failed to make a secret for ${name}: it signs with a private key. Make a pair of keys, give the receiver the public one, and name the private one with --secret-env or --secret-file.`,
		);
	const isForm = scheme.content?.includes("{body.form}") === true;
	const { id: idPlace, type: typePlace = "json:/type" } = preset?.event ?? {};
	const places = [
		[idPlace ?? "json:/id", "id"],
		[typePlace, "type"],
	] as const;
	const headersHoldId = Object.values(scheme.headers).some((header) =>
		header.includes("{id}"),
	);

	const { format = "unix", body: timePlace } = scheme.timestamp ?? {};
	const { write } = timeFormats[format];

	function event({
		type = usual,
		time = run.now(),
		change = (same) => same,
		rewrite = (same) => same,
	}: Variation = {}): Sample {
		const values = { id: run.nextId(), type };
		const headers: Record<string, string> = {
			"Content-Type": isForm
				? "application/x-www-form-urlencoded"
				: "application/json",
		};
		const created = { created: Math.floor(time / 1000), data };
		let payload =
			timePlace === undefined
				? created
				: withValue(created, stepsOf(timePlace), inJson(write(time)));
		for (const [place, what] of places) {
			const [kind, path = ""] = place.split(/:(.*)/s);
			if (kind === "header") headers[path] = values[what];
			else payload = withValue(payload, stepsOf(path), values[what]);
		}
		const changed = change(payload as Payload);
		const text = isForm
			? String(new URLSearchParams({ ...values, Body: trickyText }))
			: tricky(changed);
		return { ...values, headers, body: bytesOf(rewrite(text)) };
	}

	const { timeout, success } = preset?.delivery ?? {};
	const random = createRandom(run.seed).fork(name);
	return {
		name,
		title: preset?.title ?? name,
		url,
		signer,
		secret: signer.secretFrom(random.hex(48)),
		nextSecret: signer.secretFrom(random.hex(48)),
		otherSecrets: () => [],
		rolls: scheme.secrets === "all",
		timeout: timeout === undefined ? usualTimeout : parseDuration(timeout),
		success: success as Subject["success"],
		types: [],
		hasIds: idPlace !== undefined || headersHoldId,
		hasOwnIds: true,
		hasTimes: false,
		facts: preset?.facts ?? {},
		changes: { text: undefined, nulls: undefined },
		event,
		unknownEvent: () =>
			isForm && typePlace.startsWith("json:")
				? undefined
				: event({ type: unknownType }),
	};
}

const data = { name: trickyText, amount: 10, url: "https://example.com/a" };

/** Written as no writer of JSON does it again: spaces as Python has them, a slash as PHP, `10.0`, letters beyond ASCII. */
function tricky(payload: Payload): string {
	return JSON.stringify(payload, null, 1)
		.replace(/\n */g, " ")
		.replaceAll("https://", "https:\\/\\/")
		.replace('"amount": 10,', '"amount": 10.0,')
		.replace("ë", "\\u00eb");
}
