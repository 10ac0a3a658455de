import {
	createPrivateKey,
	createPublicKey,
	type KeyObject,
	sign,
	verify,
} from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { bytesOfBase64, bytesOfHex, joined } from "../bytes.ts";
import { LocalhookError } from "../errors.ts";

// Signatures by a private key, which the public one verifies. `browser/signing/key-pairs.ts` is its twin.

type Chunk = string | Uint8Array;

export type KeyPairAlgorithm = "ed25519" | "ecdsa-p256" | "rsa-sha256";

export interface KeyPair {
	/** @throws LocalhookError `invalid-secret`, if the secret is no private key */
	sign(content: readonly Chunk[]): Uint8Array;
	isRight(signature: Uint8Array, content: readonly Chunk[]): boolean;
}

/** What stands before the 32 bytes of an Ed25519 key to make DER of them: RFC 8410. */
const derOf = {
	private: bytesOfHex("302e020100300506032b657004220420"),
	public: bytesOfHex("302a300506032b6570032100"),
};

/**
 * @param secret the private key, as PEM, DER or the 32 bytes of Ed25519; to verify, the public one does
 * @param encoding of what is not PEM. Default: base64
 */
export function keyPair(
	algorithm: KeyPairAlgorithm,
	secret: string,
	encoding: "utf8" | "base64" | "hex" | undefined,
): KeyPair {
	const digest = algorithm === "ed25519" ? null : "sha256";
	const isPem = secret.includes("-----BEGIN");
	const bytes = encoding === "hex" ? bytesOfHex(secret) : bytesOfBase64(secret);
	const isRaw = bytes.length === 32 || bytes.length === 64;

	function read(kind: "private" | "public"): KeyObject | undefined {
		const key = parse(kind);
		return key !== undefined && isOf(algorithm, key) ? key : undefined;
	}
	function parse(kind: "private" | "public"): KeyObject | undefined {
		const der = isRaw ? joined([derOf[kind], bytes.subarray(0, 32)]) : bytes;
		const key = Buffer.from(der);
		try {
			if (kind === "public")
				return createPublicKey(
					isPem ? secret : { key, format: "der", type: "spki" },
				);
			return createPrivateKey(
				isPem ? secret : { key, format: "der", type: "pkcs8" },
			);
		} catch {
			return undefined;
		}
	}

	const privateKey = read("private");
	const { d = "" } = privateKey?.export({ format: "jwk" }) ?? {};
	const publicKeys = [
		privateKey && createPublicKey(privateKey),
		read("public"),
	].filter((key) => key !== undefined);
	return {
		sign(content) {
			if (privateKey === undefined) throw noKey("sign", "private");
			// By RFC 6979, so that a run can be repeated: Node draws a random number for each.
			return algorithm === "ecdsa-p256"
				? p256.sign(joined(content), bytesOfBase64(d), {
						lowS: false,
						format: "der",
					})
				: sign(digest, joined(content), privateKey);
		},
		isRight(signature, content) {
			if (publicKeys.length === 0) throw noKey("verify", "public");
			return publicKeys.some((key) =>
				verify(digest, joined(content), key, signature),
			);
		},
	};

	function noKey(purpose: string, kind: string): LocalhookError {
		return new LocalhookError(
			"invalid-secret",
			`Failed to ${purpose}: the secret is no ${kind} key for ${algorithm}. Give it as PEM, or its bytes as ${encoding === "hex" ? "hex" : "base64"}.`,
		);
	}
}

function isOf(algorithm: KeyPairAlgorithm, key: KeyObject): boolean {
	const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
	if (algorithm === "rsa-sha256") return type === "rsa";
	return algorithm === "ed25519"
		? type === "ed25519"
		: details?.namedCurve === "prime256v1";
}
