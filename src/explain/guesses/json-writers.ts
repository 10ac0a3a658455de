import type { Row } from "../advice.ts";

const escaping = (letters: RegExp) => (value: string) =>
	JSON.stringify(value).replaceAll(letters, escaped);
const ascii = escaping(/[\u007f-\uffff]/g);
const numbers = {
	same: (number: string) => number,
	/** As JavaScript and Go write it. */
	shortest: (number: string) => JSON.stringify(Number(number)),
	float,
};
const strings = {
	quoted: (value: string) => JSON.stringify(value),
	ascii,
	/** PHP escapes those too. */
	slashes: (value: string) => ascii(value).replaceAll("/", "\\/"),
	withoutHtml: escaping(/[<>&\u2028\u2029]/g),
	/** https://learn.microsoft.com/dotnet/standard/serialization/system-text-json/character-encoding */
	dotNet: (value: string) =>
		escaping(/[<>&'+`\u007f-\uffff]/g)(value)
			.replaceAll('\\"', "\\u0022")
			.replaceAll(
				/\\u[\da-f]{4}/g,
				(code) => `\\u${code.slice(2).toUpperCase()}`,
			),
	pythonText,
};
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const mark = "\0";

/** Numbers are kept as they stand, such as 10.0: other languages than JavaScript do so. */
export function writtenBy(writer: Row<"Writer">, text: string): string {
	const { indent, after = "", sorted, words, empty = "{}" } = writer;
	if (indent !== undefined)
		return JSON.stringify(JSON.parse(text), null, indent);
	const string = strings[writer.string ?? "quoted"];
	const number = numbers[writer.number ?? "same"];
	const comma = `,${after}`;

	function written(value: unknown): string {
		if (typeof value === "string")
			return value.startsWith(mark) ? number(value.slice(1)) : string(value);
		if (Array.isArray(value)) return `[${value.map(written).join(comma)}]`;
		if (typeof value !== "object" || value === null)
			return words?.[String(value)] ?? String(value);
		const names = sorted ? Object.keys(value).sort() : Object.keys(value);
		const members = names.map(
			(name) =>
				`${string(name)}:${after}${written(value[name as keyof typeof value])}`,
		);
		return members.length === 0 ? empty : `{${members.join(comma)}}`;
	}
	const marked = text.replaceAll(stringOrNumber, (each) =>
		each.startsWith('"') ? each : JSON.stringify(mark + each),
	);
	return written(JSON.parse(marked));
}

export function escaped(letter: string): string {
	return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function pythonText(value: string): string {
	const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
	return value.includes("'") && !value.includes('"')
		? `"${inner}"`
		: `'${inner.replaceAll("'", "\\'")}'`;
}

/** As Python, Ruby and PHP write what has a point or an exponent; integers stay as they are. */
function float(number: string): string {
	if (!/[.eE]/.test(number)) return number;
	const value = Number(number);
	const size = Math.abs(value);
	if (size >= 1e16 || (size > 0 && size < 1e-4))
		return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
	const text = Object.is(value, -0) ? "-0" : String(value);
	return text.includes(".") ? text : `${text}.0`;
}
