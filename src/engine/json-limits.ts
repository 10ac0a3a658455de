/** How many objects and lists may stand inside each other: what works on a value calls itself for each. */
const deepest = 100;
/** How many values there may be in all: each can be wrong, and is told of. */
const most = 100_000;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openings = [0x5b, 0x7b];
const closings = [0x5d, 0x7d];

/** What is too much of a JSON text. Asked of the text, since the value would have to be built first. */
export function excessOf(json: string): string | undefined {
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

/** Where the quotation mark is that ends a string. */
function endOfString(json: string, start: number): number {
	for (let i = start; i < json.length; i++) {
		const code = json.charCodeAt(i);
		if (code === quote) return i;
		if (code === backslash) i++;
	}
	return json.length;
}
