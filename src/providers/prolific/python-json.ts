const beyondAscii = /[\u007f-\uffff]/g;
/** What JSON and Python write alike: as it is, between quotes. */
const plain = /^[ !#-[\]-~]*$/;

/**
 * A JSON value as Python's `json.dumps` writes it: a space behind `:` and `,`, and nothing beyond ASCII.
 * Prolific's own verification sample hashes `json.dumps` of the parsed body, which can only fit if these bytes
 * are what is signed. Numbers are JavaScript's: a float without a fraction is written as an integer.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 *
 * @example
 * pythonJson({ name: "Zoë", tags: [1, 2] }) // {"name": "Zo\u00eb", "tags": [1, 2]}
 */
export function pythonJson(value: object): string {
	return write(value);
}

function write(value: unknown): string {
	if (typeof value === "string") return quote(value);
	if (typeof value !== "object" || value === null)
		return JSON.stringify(value) ?? "null";
	if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
	let text = "{";
	for (const key in value) {
		const member = (value as Readonly<Record<string, unknown>>)[key];
		if (member === undefined) continue;
		text += `${text === "{" ? "" : ", "}${quote(key)}: ${write(member)}`;
	}
	return `${text}}`;
}

function quote(text: string): string {
	if (plain.test(text)) return `"${text}"`;
	return JSON.stringify(text).replace(beyondAscii, escapeUnit);
}

function escapeUnit(character: string): string {
	return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
