import type { Random } from "./contract/random.ts";

const alphanumerics =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const base64urls = `${alphanumerics}-_`;
const hexadecimals = "0123456789abcdef";

/**
 * A seeded source: 128 bits of state hashed from the seed and a name, advanced by sfc32.
 * Repeatable by design, so never a source of real secrets.
 *
 * @example
 * createRandom("7").fork("prolific").hex(24)
 */
export function createRandom(seed: string): Random {
	const streams = new Map<string, Random>();
	let [a, b, c, d] = hash(seed);

	function next32(): number {
		const t = (((a + b) | 0) + d) | 0;
		d = (d + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = ((c << 21) | (c >>> 11)) + t;
		return t >>> 0;
	}
	function draw(alphabet: string, length: number): string {
		let text = "";
		for (let i = 0; i < length; i++)
			text +=
				alphabet[Math.floor((next32() / 0x1_0000_0000) * alphabet.length)];
		return text;
	}

	for (let i = 0; i < 12; i++) next32();
	return {
		next: () => next32() / 0x1_0000_0000,
		hex: (length) => draw(hexadecimals, length),
		alphanumeric: (length) => draw(alphanumerics, length),
		base64url: (length) => draw(base64urls, length),
		uuid() {
			const digits = draw(hexadecimals, 32);
			const variant = hexadecimals[8 + Math.floor(next32() / 0x4000_0000)];
			return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
		},
		fork: (name) => createRandom(`${seed}/${name}`),
		stream(name) {
			let stream = streams.get(name);
			if (stream === undefined) {
				stream = createRandom(`${seed}/${name}`);
				streams.set(name, stream);
			}
			return stream;
		},
	};
}

/** Four independent FNV-1a hashes with a final avalanche. */
function hash(text: string): [number, number, number, number] {
	const bases = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
	return bases.map((base) => {
		let value = base;
		for (let i = 0; i < text.length; i++)
			value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
		value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
		value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
		return value ^ (value >>> 16);
	}) as [number, number, number, number];
}
