import { bytesOf, textOf } from "../bytes.ts";
import type {
	FailedCheck,
	Received,
	Signer,
	Verdict,
} from "../contract/signing.ts";
import { formatDuration, parseDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import { stepsOf } from "../json.ts";
import { keysOf, readSignature, traitsOf } from "./algorithms.ts";
import type { Scheme } from "./scheme.ts";
import {
	contentOf,
	namesIn,
	patternOf,
	timeFormats,
	valueAt,
} from "./template.ts";

type Compiled = ReturnType<typeof compile>;

export function compile(
	scheme: Scheme,
	signedBody: (body: Uint8Array) => Uint8Array,
) {
	const template = scheme.content ?? "{body}";
	const { format = "unix", tolerance } = scheme.timestamp ?? {};
	const holding = (name: string) =>
		Object.keys(scheme.headers).find((header) =>
			namesIn(scheme.headers[header] ?? "").includes(name),
		);
	return {
		scheme,
		template,
		header: holding("signatures") ?? "",
		timeHeader: holding("timestamp"),
		keyOf: keysOf(scheme),
		contentOf: contentOf(template),
		signedBody,
		time: timeFormats[format],
		tolerance: tolerance === undefined ? undefined : parseDuration(tolerance),
	};
}

type Headers = Received["headers"];

type Held = Readonly<Record<string, string>>;

/** The check that a receiver makes, derived from what the sender writes: each header template is read backwards. */
export function createVerifier({
	scheme,
	header,
	timeHeader,
	keyOf,
	contentOf,
	signedBody,
	time,
	tolerance: oldest,
}: Compiled): Pick<Signer, "held" | "verify"> {
	const { algorithm = "hmac-sha256", encoding = "hex", join = "," } = scheme;
	const { body: place } = scheme.timestamp ?? {};
	const steps = place === undefined ? undefined : stepsOf(place);
	const pattern = patternOf(scheme.each ?? "{signature}");
	const length = traitsOf[algorithm]?.length;
	/** `v0=` beside `v1=`. */
	const sign = /(\W)\{signature\}/.exec(scheme.each ?? "")?.[1];
	const otherVersion =
		sign === undefined ? undefined : new RegExp(`^\\w+\\${sign}.`);
	const inOtherFormat = failed(
		"signature-format",
		`the ${header} header is not in the provider's format`,
	);
	const isList = (scheme.secrets ?? "newest") === "all";
	const templates = Object.entries(scheme.headers)
		.map(([name, template]) => ({
			name,
			names: namesIn(template),
			pattern: patternOf(template),
		}))
		.filter(({ names }) => names.length > 0)
		.sort((a, b) => Number(b.name === header) - Number(a.name === header));

	function read(headers: Headers): Held | Verdict {
		const held: Record<string, string> = {};
		for (const { name, names, pattern } of templates) {
			const value = headers[name.toLowerCase()];
			const groups =
				typeof value === "string" ? pattern.exec(value)?.groups : undefined;
			if (groups !== undefined) Object.assign(held, groups);
			else if (name === header)
				return typeof value === "string"
					? inOtherFormat
					: failed("signature-header", `the request has no ${name} header`);
			else
				return names.includes("timestamp")
					? noTime(`${name} header`)
					: failed("signed-header", `the request has no ${name} header`);
		}
		return held;
	}

	/**
	 * The signatures of a list; undefined: it is none. Those of another version are for receivers that know it, and one
	 * that cannot be read is wrong like any other: a right signature beside it still counts.
	 */
	function signaturesIn(list: string): Uint8Array[] | undefined {
		const signatures: Uint8Array[] = [];
		for (const part of isList ? list.split(join) : [list]) {
			const text = pattern.exec(part)?.groups?.signature;
			const signature = text && readSignature(text, encoding, length);
			if (signature) signatures.push(signature);
			else if (text === undefined && otherVersion?.test(part) !== true)
				return undefined;
		}
		return signatures.length === 0 ? undefined : signatures;
	}

	/** What is in the body is signed, whatever a header says. Empty: there is none. */
	const datedIn = (body: Uint8Array) =>
		steps ? textOf(bytesOf(valueAt(body, steps))) : "";
	/** NaN: what stands there is no time. */
	function timeIn(dated: string, { timestamp = "" }: Held): number | undefined {
		const shown = dated || timestamp;
		return shown === "" ? undefined : time.read(shown);
	}

	function held({ headers, body }: Pick<Received, "headers" | "body">) {
		const found = read(headers);
		if (isVerdict(found)) return {};
		const { id, type } = found;
		const at = timeIn(datedIn(signedBody(body)), found);
		return { id, type, at: Number.isNaN(at) ? undefined : at };
	}

	function verify(received: Received): Verdict {
		const { secrets, now } = received;
		const body = signedBody(received.body);
		if (secrets.length === 0)
			return failed("secret", "there is no secret to check against");
		const held = read(received.headers);
		if (isVerdict(held)) return held;
		const signatures = signaturesIn(held.signatures ?? "");
		if (signatures === undefined) return inOtherFormat;
		const { timestamp = "", id = "", type = "" } = held;
		const dated = datedIn(body);
		const at = timeIn(dated, held);
		if (Number.isNaN(at))
			return dated === ""
				? noTime(`${timeHeader} header`)
				: noTime(`${place} of the body`);
		if (
			at !== undefined &&
			now !== undefined &&
			oldest !== undefined &&
			Math.abs(now - at) > oldest
		)
			return failed(
				"timestamp-age",
				`the request was signed more than ${formatDuration(oldest)} away from now`,
			);
		const { url = "", method = "POST" } = received;
		const values = { id, type, url, method, body, timestamp };
		// Every pair is compared, so that the time taken says nothing about which one fits.
		let matches = 0;
		try {
			for (const secret of secrets) {
				const content = contentOf({ ...values, secret });
				for (const signature of signatures)
					if (keyOf(secret).isRight(signature, content)) matches++;
			}
		} catch (error) {
			if (!(error instanceof LocalhookError)) throw error;
			return failed("secret", error.message);
		}
		return matches > 0
			? { ok: true }
			: failed(
					"signature",
					"the signature is of other bytes or by another secret",
				);
	}

	return { held, verify };
}

function isVerdict(found: Held | Verdict): found is Verdict {
	return "ok" in found && typeof found.ok === "boolean";
}

function noTime(place: string): Verdict {
	return failed("timestamp-header", `the ${place} is absent or not a time`);
}

function failed(check: FailedCheck, reason: string): Verdict {
	return { ok: false, check, reason };
}
