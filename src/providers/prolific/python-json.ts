/**
 * A JSON value as Python's `json.dumps` writes it: a space behind `:` and `,`, and nothing beyond ASCII.
 * Prolific's own verification sample hashes `json.dumps` of the parsed body, which can only fit if this is what is signed.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 *
 * @example
 * pythonJson({ name: "Zoë", tags: [1, 2] }) // {"name": "Zo\u00eb", "tags": [1, 2]}
 */
export function pythonJson(value: unknown): string {
	if (typeof value === "string")
		return plain.test(value) ? `"${value}"` : escaped(value);
	if (typeof value === "number") return numberText(value);
	if (typeof value === "boolean") return String(value);
	if (typeof value !== "object" || value === null) return "null";
	// Added up: joining lists of pieces would take half as long again, and every delivery comes this way.
	let text = "";
	if (Array.isArray(value)) {
		for (const each of value) text += (text && ", ") + pythonJson(each);
		return `[${text}]`;
	}
	for (const name in value) {
		const member = (value as Readonly<Record<string, unknown>>)[name];
		if (member !== undefined)
			text += `${text && ", "}${pythonJson(name)}: ${pythonJson(member)}`;
	}
	return `{${text}}`;
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
