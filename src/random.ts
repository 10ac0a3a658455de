import type { Random, RandomState } from "./contract/random.ts";
import { invalidOption } from "./errors.ts";

/** Fixed, so that a restart changes no secret. */
export const defaultSeed = "localhook";

/** The seed that is meant. The only thing that is drawn and cannot be repeated: it is shown, so that the run can be. */
export function seedOf(wanted: string): string {
	if (wanted === "")
		throw invalidOption(
			'Invalid seed "": it must hold something. Give any text, "auto" to draw one, or leave it out.',
		);
	if (wanted !== "auto") return wanted;
	const words = crypto.getRandomValues(new Uint32Array(2));
	const parts = Array.from(words, (word) => word.toString(36).padStart(7, "0"));
	return parts.join("");
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const alphanumerics = toCodes(`${letters}0123456789`);
const base64urls = toCodes(`${letters}0123456789-_`);
const hexadecimals = toCodes("0123456789abcdef");
const dash = 45;
/** Where a text is put together: one of its own for each would cost as much as the drawing. */
const codes: number[] = [];

/**
 * A seeded source: 128 bits of state hashed from the seed and a name, advanced by sfc32.
 * Repeatable by design, so never a source of real secrets.
 */
export function createRandom(given: string): Random {
	let seed = given;
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
	function draw(alphabet: Uint8Array, length: number): string {
		codes.length = length;
		for (let i = 0; i < length; i++)
			codes[i] = alphabet[
				Math.floor(next32() * (alphabet.length / 0x1_0000_0000))
			] as number;
		return drawn();
	}

	for (let i = 0; i < 12; i++) next32();
	const random: Random = {
		next: () => next32() / 0x1_0000_0000,
		hex: (length) => draw(hexadecimals, length),
		alphanumeric: (length) => draw(alphanumerics, length),
		base64url: (length) => draw(base64urls, length),
		uuid() {
			codes.length = 36;
			let bits = 0;
			for (let i = 0, digit = 0; i < 36; i++) {
				if (i === 8 || i === 13 || i === 18 || i === 23) {
					codes[i] = dash;
					continue;
				}
				bits = digit++ % 8 === 0 ? next32() : bits >>> 4;
				const value = i === 14 ? 4 : i === 19 ? 8 + (bits & 3) : bits & 15;
				codes[i] = hexadecimals[value] as number;
			}
			return drawn();
		},
		fork: (name) => createRandom(`${seed}/${name}`),
		stream(name) {
			const stream = streams.get(name) ?? createRandom(`${seed}/${name}`);
			streams.set(name, stream);
			return stream;
		},
		save: () => ({
			seed,
			words: [a, b, c, d].map((word) => word | 0),
			streams: Object.fromEntries(
				Array.from(streams, ([name, stream]): [string, RandomState] => [
					name,
					stream.save(),
				]).sort(([one], [other]) => (one < other ? -1 : 1)),
			),
		}),
		load(saved) {
			seed = saved.seed;
			[a = 0, b = 0, c = 0, d = 0] = saved.words;
			streams.clear();
			for (const [name, state] of Object.entries(saved.streams))
				random.stream(name).load(state);
		},
	};
	return random;
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

function toCodes(text: string): Uint8Array {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** At once: a text put together from pieces keeps every piece alive, and thousands of ids are kept. */
function drawn(): string {
	return String.fromCharCode.apply(null, codes);
}
