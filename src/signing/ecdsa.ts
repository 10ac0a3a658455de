import { createECDH, createHash, createHmac } from "node:crypto";
import { bytesOfHex, hexOf, joined } from "../bytes.ts";

/** How many points P-256 has. */
const order =
	0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * Signs by ECDSA over P-256 and SHA-256, as DER. The same key and content give the same signature, so that a run can be
 * repeated: RFC 6979. Node draws a random number for each.
 *
 * @param key the 32 bytes of the private key
 */
export function signByEcdsa(key: Uint8Array, content: Uint8Array): Uint8Array {
	const hash = numberOf(createHash("sha256").update(content).digest());
	const secret = numberOf(key);
	for (const k of numbersFor(key, bytesOfNumber(hash % order))) {
		const r = firstCoordinate(k) % order;
		const s = (inverse(k) * (hash + r * secret)) % order;
		if (r !== 0n && s !== 0n) return derOf(r, s);
	}
	throw new Error("unreachable: the numbers do not end");
}

/** RFC 6979, section 3.2. The first one does, but for a chance of one in 2^32. */
function* numbersFor(key: Uint8Array, hash: Uint8Array): Generator<bigint> {
	let [K, V] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
	const next = (...content: Uint8Array[]) =>
		createHmac("sha256", K)
			.update(joined([V, ...content]))
			.digest();
	for (const round of [0, 1]) {
		K = next(Uint8Array.of(round), key, hash);
		V = next();
	}
	for (;;) {
		V = next();
		const k = numberOf(V);
		if (k > 0n && k < order) yield k;
		K = next(Uint8Array.of(0));
		V = next();
	}
}

/** Of the curve's base point, taken k times. */
function firstCoordinate(k: bigint): bigint {
	const curve = createECDH("prime256v1");
	curve.setPrivateKey(bytesOfNumber(k));
	return numberOf(curve.getPublicKey().subarray(1, 33));
}

/** What gives 1 when multiplied, by Euclid's algorithm. */
function inverse(k: bigint): bigint {
	let [a, b, x, y] = [order, k, 0n, 1n];
	while (b > 1n) {
		const times = a / b;
		[a, b, x, y] = [b, a % b, y, x - times * y];
	}
	return ((y % order) + order) % order;
}

function derOf(...numbers: readonly bigint[]): Uint8Array {
	const integers = joined(
		numbers.map((number) => {
			const hex = number.toString(16);
			const even = hex.length % 2 === 0 ? hex : `0${hex}`;
			// A first bit that is set would make it negative.
			const bytes = bytesOfHex(even >= "8" ? `00${even}` : even);
			return joined([Uint8Array.of(2, bytes.length), bytes]);
		}),
	);
	return joined([Uint8Array.of(0x30, integers.length), integers]);
}

function numberOf(bytes: Uint8Array): bigint {
	return BigInt(`0x${hexOf(bytes)}`);
}

function bytesOfNumber(number: bigint): Uint8Array {
	return bytesOfHex(number.toString(16).padStart(64, "0"));
}
