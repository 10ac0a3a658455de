import { LocalhookError } from "../../errors.ts";

type Chunk = string | Uint8Array;

export type KeyPairAlgorithm = "ed25519" | "ecdsa-p256" | "rsa-sha256";

export interface KeyPair {
	sign(content: readonly Chunk[]): Uint8Array;
	isRight(signature: Uint8Array, content: readonly Chunk[]): boolean;
}

/** WebCrypto only promises its signatures, and a provider signs at once. */
export function keyPair(
	algorithm: KeyPairAlgorithm,
	_secret: string,
	_encoding: "utf8" | "base64" | "hex" | undefined,
): KeyPair {
	throw new LocalhookError(
		"invalid-option",
		`Failed to sign with ${algorithm}: a page cannot. Run localhook in Node for it.`,
	);
}
