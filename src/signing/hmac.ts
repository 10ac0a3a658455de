import {
	base64Of,
	bytesOfBase64,
	bytesOfHex,
	hexOf,
	joined,
} from "../bytes.ts";
import type {
	FailedCheck,
	Message,
	Received,
	Signer,
	Verdict,
} from "../contract/signing.ts";
import { sameBytes } from "./digests.ts";
import { hmacSha256, hmacSha256Text } from "./hmac-sha256.ts";

type Chunk = string | Uint8Array;

/** How one provider turns a request into a signature: everything is an option, nothing is a subclass. */
export interface HmacScheme {
	/** The header that carries the signature. */
	readonly header: string;
	readonly encoding: "hex" | "HEX" | "base64";
	/** A header with the time of the request, when the provider sends one. */
	readonly timestamp?: {
		readonly header: string;
		readonly format: (at: number) => string;
		readonly parse: (text: string) => number;
		/** Oldest age a receiver accepts, milliseconds. Absent: the provider names none. */
		readonly tolerance?: number;
	};
	/** What is hashed, in order. Default: the body. */
	readonly content?: (body: Uint8Array, timestamp: string) => readonly Chunk[];
	/** Default: HMAC-SHA256 keyed with the secret's UTF-8 bytes. */
	readonly digest?: (secret: string, content: readonly Chunk[]) => Uint8Array;
	/** How signatures become a header value. Default: the first one alone. */
	readonly join?: (signatures: readonly string[]) => string;
	/** The signatures of a header value; undefined: not the provider's shape. Default: the whole value. */
	readonly split?: (value: string) => readonly string[] | undefined;
}

/**
 * A signer and its twin verifier.
 *
 * @example
 * const signer = hmac({ header: "Signature", encoding: "hex" })
 * signer.sign({ body, secrets: ["s3cret"], at: 0 }) // { Signature: "..." }
 */
export function hmac(scheme: HmacScheme): Signer {
	const { header, timestamp } = scheme;
	const content = scheme.content ?? ((body) => [body]);
	const digest = scheme.digest ?? hmacSha256;
	const join = scheme.join ?? ((signatures) => signatures[0] as string);
	const split = scheme.split ?? ((value) => [value]);

	return {
		header,
		timestampHeader: timestamp?.header,
		recipe({ body, secrets, at }) {
			if (scheme.digest !== undefined) return undefined;
			const chunks = content(body, timestamp?.format(at) ?? "");
			const bytes = joined(chunks);
			const hmacs = secrets.map((secret) => ({ secret, content: bytes }));
			return { header, encoding: scheme.encoding, hmacs };
		},

		sign({ body, secrets, at }: Message) {
			const headers: Record<string, string> = {};
			const text = timestamp === undefined ? "" : timestamp.format(at);
			if (secrets.length > 0) {
				const hashed = content(body, text);
				headers[header] = join(
					secrets.map((secret) => signature(scheme, secret, hashed)),
				);
				if (timestamp !== undefined) headers[timestamp.header] = text;
			}
			return headers;
		},

		verify({ headers, body, secrets, now }: Received): Verdict {
			if (secrets.length === 0)
				return failed("secret", "there is no secret to check against");
			const value = single(headers[header.toLowerCase()]);
			if (value === undefined)
				return failed(
					"signature-header",
					`the request has no ${header} header`,
				);
			const signatures = split(value)?.map((signature) =>
				decode(signature, scheme.encoding),
			);
			if (
				signatures === undefined ||
				signatures.length === 0 ||
				signatures.includes(undefined)
			) {
				return failed(
					"signature-format",
					`the ${header} header is not in the provider's format`,
				);
			}
			let text = "";
			if (timestamp !== undefined) {
				text = single(headers[timestamp.header.toLowerCase()]) ?? "";
				const at = text === "" ? Number.NaN : timestamp.parse(text);
				if (Number.isNaN(at))
					return failed(
						"timestamp-header",
						`the ${timestamp.header} header is absent or not a time`,
					);
				if (
					now !== undefined &&
					timestamp.tolerance !== undefined &&
					Math.abs(now - at) > timestamp.tolerance
				) {
					return failed(
						"timestamp-age",
						`the request was signed more than ${timestamp.tolerance / 1000} s away from now`,
					);
				}
			}
			const hashed = content(body, text);
			const expected = secrets.map((secret) => digest(secret, hashed));
			// Every pair is compared, so that the time taken says nothing about which one fits.
			let matches = 0;
			for (const given of signatures) {
				for (const wanted of expected)
					if (sameBytes(given as Uint8Array, wanted)) matches++;
			}
			return matches > 0
				? { ok: true }
				: failed(
						"signature",
						"the signature is of other bytes or by another secret",
					);
		},
	};
}

function signature(
	{ digest, encoding }: HmacScheme,
	secret: string,
	content: readonly Chunk[],
): string {
	const as = encoding === "HEX" ? "hex" : encoding;
	const text =
		digest === undefined
			? hmacSha256Text(secret, content, as)
			: encode(digest(secret, content), as);
	return encoding === "HEX" ? text.toUpperCase() : text;
}

function encode(digest: Uint8Array, encoding: "hex" | "base64"): string {
	return encoding === "hex" ? hexOf(digest) : base64Of(digest);
}

/** Hex is read in either case: RFC 4648 calls them equal, and receivers are advised to compare so. */
function decode(
	text: string,
	encoding: HmacScheme["encoding"],
): Uint8Array | undefined {
	if (encoding === "base64") {
		const bytes = bytesOfBase64(text);
		// Other texts decode to the same bytes; a receiver that compares texts refuses them, so this does too.
		const exact = bytes.length === 32 && base64Of(bytes) === text;
		return exact ? bytes : undefined;
	}
	return /^[0-9a-f]{64}$/i.test(text) ? bytesOfHex(text) : undefined;
}

function single(value: string | string[] | undefined): string | undefined {
	return typeof value === "string" ? value : undefined;
}

function failed(check: FailedCheck, reason: string): Verdict {
	return { ok: false, check, reason };
}
