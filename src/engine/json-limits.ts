const usualLimits: JsonLimits = {
	/** How many objects and lists may stand inside each other: what works on a value calls itself for each. */
	deepest: 100,
	/** How many values there may be in all: each can be wrong, and is told of. */
	most: 100_000,
};

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const backslash = 0x5c;
const openings = [0x5b, 0x7b];
const closings = [0x5d, 0x7d];

export interface JsonLimits {
	readonly deepest: number;
	readonly most: number;
}

/** What is too much of a JSON text. Asked of the text, since the value would have to be built first. */
export function excessOf(
	json: string,
	{ deepest, most }: JsonLimits = usualLimits,
): string | undefined {
	if (json.length <= deepest) return undefined;
	let depth = 0;
	let values = 0;
	for (let i = 0; i < json.length; i++) {
		const code = json.charCodeAt(i);
		if (code === quote) {
			i = endOfString(json, i + 1);
		} else if (openings.includes(code)) {
			values++;
			if (++depth > deepest)
				return `nests more than ${deepest} objects and lists inside each other`;
		} else if (closings.includes(code)) {
			depth--;
		} else if (code === comma && ++values > most) {
			return `has more than ${most} values`;
		}
	}
	return undefined;
}

/** Only what matches can hold a number that loses something: most texts have no such run of digits, and are done here. */
const suspicious = /[\d.]{16}|\d[eE]/;
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Why a JSON text would not be sent as it was written: it holds a number that no JavaScript number is. Asked of the
 * text, since the value has lost it already.
 *
 * @example
 * inexactNumberIn('{"id": 9007199254740993}')
 * // "the number 9007199254740993 would become 9007199254740992. Give it as text, or send raw bytes"
 */
export function inexactNumberIn(json: string): string | undefined {
	if (!suspicious.test(json)) return undefined;
	for (let i = 0; i < json.length; i++) {
		const code = json.charCodeAt(i);
		if (code === quote) {
			i = endOfString(json, i + 1);
		} else if (code === minus || (code >= zero && code <= nine)) {
			number.lastIndex = i;
			const [text = ""] = number.exec(json) ?? [];
			if (!isExact(text)) return lossOf(text);
			i += Math.max(0, text.length - 1);
		}
	}
	return undefined;
}

function lossOf(text: string): string {
	const value = Number(text);
	const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
	const becomes = Number.isFinite(value) ? String(value) : "null";
	return `the number ${shown} would become ${becomes}. Give it as text, or send raw bytes`;
}

/** A fraction of up to 17 digits names one double exactly, though another spelling of it may be shorter. */
function isExact(text: string): boolean {
	if (text === "") return true;
	const value = Number(text);
	if (!Number.isFinite(value)) return false;
	const [digits, exponent] = normal(text);
	const [kept, keptExponent] = normal(String(value));
	if (digits === kept && exponent === keptExponent) return true;
	return /[.eE]/.test(text) && digits.length <= 17 && value !== 0;
}

/** The digits without leading and trailing zeros, and the power of ten that they are multiplied by. */
function normal(text: string): [digits: string, exponent: number] {
	const [mantissa = "", power = "0"] = text.replace("-", "").split(/e/i);
	const [whole = "", fraction = ""] = mantissa.split(".");
	const all = whole + fraction;
	let [start, end] = [0, all.length];
	while (start < end && all[start] === "0") start++;
	while (end > start && all[end - 1] === "0") end--;
	if (start === end) return ["", 0];
	return [
		all.slice(start, end),
		Number(power) - fraction.length + (all.length - end),
	];
}

/** Where the quotation mark is that ends a string. */
function endOfString(json: string, start: number): number {
	for (let i = start; i < json.length; i++) {
		const code = json.charCodeAt(i);
		if (code === quote) return i;
		if (code === backslash) i++;
	}
	return json.length;
}

/**
 * Why a value from outside cannot be part of a payload: at any depth, a number that JSON does not have, or more depth
 * than there is room for. What refers to itself is too deep as well.
 *
 * @param names whether a name such as `__proto__` is wrong too, which it is wherever a value is laid over another one
 */
export function unfitIn(
	value: unknown,
	names: boolean,
	depth = 0,
): string | undefined {
	const isNoNumber = typeof value === "number" && !Number.isFinite(value);
	if (typeof value === "bigint" || isNoNumber)
		return `${value} is no number that JSON has. Give a number, or text`;
	if (typeof value !== "object" || value === null) return undefined;
	if (depth >= usualLimits.deepest)
		return `it nests more than ${usualLimits.deepest} objects and lists inside each other`;
	for (const [key, member] of Object.entries(value)) {
		if (names && isForbidden(key)) return `the name "${key}" is not allowed`;
		const unfit = unfitIn(member, names, depth + 1);
		if (unfit !== undefined) return unfit;
	}
	return undefined;
}

/** A name that leads to what all objects share. */
export function isForbidden(key: string): boolean {
	return key === "__proto__" || key === "constructor" || key === "prototype";
}
