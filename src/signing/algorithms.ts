import {
	base64Of,
	bytesOf,
	bytesOfBase64,
	bytesOfHex,
	hexOf,
	joined,
	textOf,
} from "../bytes.ts";
import type { Algorithm } from "../contract/signing.ts";
import { LocalhookError } from "../errors.ts";
import { algorithms } from "../generated/tables.ts";
import { type DigestName, hmac, keyed, sameBytes, sha256 } from "./digests.ts";
import { keyPair } from "./key-pairs.ts";
import type { Scheme } from "./scheme.ts";

type Chunk = string | Uint8Array;
type Encoding = "hex" | "HEX" | "base64";

export interface Key {
	readonly bytes: Uint8Array;
	/** One signature, as the scheme writes it. */
	sign(content: readonly Chunk[]): string;
	isRight(signature: Uint8Array, content: readonly Chunk[]): boolean;
}

interface Traits {
	/** Of an HMAC, by what. */
	readonly digest?: DigestName;
	/** Bytes of a signature. Absent: it is of any length. */
	readonly length?: number;
}

export const traitsOf: Readonly<Partial<Record<Algorithm, Traits>>> =
	algorithms;

const mostKeys = 1000;

/** @throws LocalhookError `invalid-secret`, for a text that is no key */
export function keysOf({
	algorithm = "hmac-sha256",
	key: form = {},
	encoding = "hex",
}: Scheme): (secret: string) => Key {
	const keys = new Map<string, Key>();

	function make(secret: string): Key {
		const text =
			form.strip !== undefined && secret.startsWith(form.strip)
				? secret.slice(form.strip.length)
				: secret;
		if (
			algorithm === "ed25519" ||
			algorithm === "ecdsa-p256" ||
			algorithm === "rsa-sha256"
		) {
			const { sign, isRight } = keyPair(algorithm, text, form.encoding);
			const bytes = bytesOf(text);
			return {
				bytes,
				sign: (content) => written(sign(content), encoding),
				isRight,
			};
		}
		const bytes = decoded(text, form.encoding);
		const digest = traitsOf[algorithm]?.digest;
		if (digest === undefined)
			return {
				bytes,
				sign: (content) => written(sha256(...content), encoding),
				isRight: (signature, content) =>
					sameBytes(signature, sha256(...content)),
			};
		const write = hmac(digest, bytes);
		const as = encoding === "HEX" ? "hex" : encoding;
		return {
			bytes,
			sign:
				encoding === "HEX"
					? (content) => write(content, as).toUpperCase()
					: (content) => write(content, as),
			isRight: (signature, content) =>
				sameBytes(signature, keyed(digest, bytes, content)),
		};
	}

	return (secret) => {
		let key = keys.get(secret);
		if (key === undefined) {
			key = make(secret);
			if (keys.size >= mostKeys) keys.clear();
			keys.set(secret, key);
		}
		return key;
	};
}

/** What stands before the 32 bytes of a P-256 key to make DER of them: RFC 5915 in RFC 5208. */
const ecdsaKey =
	"3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";

/** A secret of the scheme's form: the same text makes the same one. No RSA key can be made of a text. */
export function secretFrom(
	text: string,
	{ algorithm, key: form = {} }: Scheme,
): string {
	const { encoding, strip = "" } = form;
	const isPair = algorithm === "ed25519" || algorithm === "ecdsa-p256";
	const key = isPair ? sha256(text) : bytesOf(text);
	const bytes =
		algorithm === "ecdsa-p256" ? joined([bytesOfHex(ecdsaKey), key]) : key;
	if (encoding === "hex") return strip + hexOf(bytes);
	if (encoding === "base64" || isPair) return strip + base64Of(bytes);
	return strip + textOf(bytes);
}

function decoded(
	text: string,
	encoding: "utf8" | "base64" | "hex" = "utf8",
): Uint8Array {
	if (encoding === "utf8") return bytesOf(text);
	// A UUID is hex with hyphens.
	const digits = text.replaceAll("-", "");
	if (encoding === "hex" && /^([0-9a-f]{2})+$/i.test(digits))
		return bytesOfHex(digits);
	if (encoding === "base64" && /^[A-Za-z0-9+/]+={0,2}$/.test(text))
		return bytesOfBase64(text);
	throw new LocalhookError(
		"invalid-secret",
		`Failed to use the secret: it must be ${encoding} in this scheme. Check that it was copied whole.`,
	);
}

function written(signature: Uint8Array, encoding: Encoding): string {
	if (encoding === "base64") return base64Of(signature);
	const text = hexOf(signature);
	return encoding === "HEX" ? text.toUpperCase() : text;
}

/**
 * The bytes of a signature; undefined: it is none of this scheme. Hex is read in either case: RFC 4648 calls them equal,
 * and receivers are advised to compare so.
 */
export function readSignature(
	text: string,
	encoding: Encoding,
	length: number | undefined,
): Uint8Array | undefined {
	if (encoding !== "base64")
		return /^([0-9a-f]{2})+$/i.test(text) &&
			(length ?? text.length / 2) === text.length / 2
			? bytesOfHex(text)
			: undefined;
	const bytes = bytesOfBase64(text);
	// Other texts decode to the same bytes; a receiver that compares texts refuses them, so this does too.
	return base64Of(bytes) === text && (length ?? bytes.length) === bytes.length
		? bytes
		: undefined;
}
