/**
 * A JSON value as Python's `json.dumps` writes it: a space behind `:` and `,`, and nothing beyond ASCII.
 * Prolific's own verification sample hashes `json.dumps` of the parsed body, which can only fit if this is what is signed.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 *
 * @returns bytes that are to be copied before the next call
 * @example
 * pythonJson({ name: "Zoë", tags: [1, 2] }) // {"name": "Zo\u00eb", "tags": [1, 2]}
 */
export function pythonJson(value: unknown): Uint8Array {
	if (bytes.length > mostKept) bytes = new Uint8Array(mostKept);
	end = 0;
	write(value);
	return bytes.subarray(0, end);
}

const mostKept = 64 * 1024;
/** Where it is written: a text put together from hundreds of pieces would have to be copied once more. */
let bytes = new Uint8Array(mostKept);
let end = 0;

function write(value: unknown): void {
	if (typeof value === "string") writeQuoted(value);
	else if (typeof value === "number") writeAscii(numberText(value));
	else if (Array.isArray(value)) {
		writeAscii("[");
		for (let i = 0; i < value.length; i++) {
			if (i > 0) writeAscii(", ");
			write(value[i]);
		}
		writeAscii("]");
	} else if (typeof value === "object" && value !== null) {
		writeAscii("{");
		const first = end;
		for (const name of Object.keys(value)) {
			const member = (value as Readonly<Record<string, unknown>>)[name];
			if (member === undefined) continue;
			if (end > first) writeAscii(", ");
			writeQuoted(name);
			writeAscii(": ");
			write(member);
		}
		writeAscii("}");
	} else writeAscii(typeof value === "boolean" ? String(value) : "null");
}

function writeQuoted(text: string): void {
	if (plain.test(text)) {
		writeAscii('"');
		writeAscii(text);
		writeAscii('"');
	} else writeAscii(escaped(text));
}

function writeAscii(text: string): void {
	if (end + text.length > bytes.length) {
		const longer = new Uint8Array((end + text.length) * 2);
		longer.set(bytes);
		bytes = longer;
	}
	for (let i = 0; i < text.length; i++) bytes[end++] = text.charCodeAt(i);
}

/** What JSON and Python write alike: as it is, between quotes. */
const plain = /^[ !#-[\]-~]*$/;
const beyondAscii = /[\u007f-\uffff]/g;

function escaped(text: string): string {
	return JSON.stringify(text).replace(
		beyondAscii,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

/**
 * JavaScript cannot tell 1.0 from 1, so what is whole is written as a Python int, or as JSON has it from 1e21 on.
 * What has a fraction is written as a Python float.
 */
function numberText(value: number): string {
	if (!Number.isFinite(value)) return "null";
	// An int has no minus zero.
	if (Object.is(value, -0)) return "-0.0";
	const size = Math.abs(value);
	if (size === 0 || size >= 1e-4) return String(value);
	// Python takes powers of ten below 0.0001, JavaScript below 0.000001, and Python gives the power two digits.
	return value.toExponential().replace(/-(\d)$/, "-0$1");
}
