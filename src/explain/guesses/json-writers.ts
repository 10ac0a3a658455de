/** How a program writes JSON anew that it has read. */
export interface Writer {
	/** The code that does it. */
	readonly by: string;
	readonly rare?: boolean;
	/** As `JSON.stringify` writes it, so many spaces deep; the rest says nothing then. */
	readonly indent?: number;
	/** Behind each comma and colon. */
	readonly after?: string;
	readonly string?: keyof typeof strings;
	/** Default: as it stands. */
	readonly number?: keyof typeof numbers;
	readonly sorted?: boolean;
	readonly words?: Readonly<Record<string, string>>;
	/** What an empty object becomes. */
	readonly empty?: string;
}

const numbers = { float, shortest };
const strings = { quoted, ascii, slashes, withoutHtml, dotNet, pythonText };
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** JavaScript has no other way to keep a number such as 10.0 as it stands, which other languages do. */
export function writtenBy(writer: Writer, text: string): string {
	const { indent, after = "", sorted, words, empty = "{}" } = writer;
	if (indent !== undefined)
		return JSON.stringify(JSON.parse(text), null, indent);
	const string = strings[writer.string ?? "quoted"];
	const tokens = text.match(token) ?? [];
	let next = 0;
	const comma = `,${after}`;

	function value(): string {
		const first = tokens[next++] ?? "";
		if (first === "{") return object();
		if (first === "[") return array();
		if (first.startsWith('"')) return string(JSON.parse(first) as string);
		if (/^[tfn]/.test(first)) return words?.[first] ?? first;
		return writer.number ? numbers[writer.number](first) : first;
	}
	function object(): string {
		const members = new Map<string, string>();
		while (tokens[next] !== "}") {
			if (tokens[next] === ",") next++;
			const name = JSON.parse(tokens[next] ?? "") as string;
			next += 2;
			members.set(name, value());
		}
		next++;
		if (members.size === 0) return empty;
		const names = sorted ? [...members.keys()].sort() : members.keys();
		return `{${[...names].map((name) => `${string(name)}:${after}${members.get(name)}`).join(comma)}}`;
	}
	function array(): string {
		const items: string[] = [];
		while (tokens[next] !== "]") {
			if (tokens[next] === ",") next++;
			items.push(value());
		}
		next++;
		return `[${items.join(comma)}]`;
	}
	return value();
}

function quoted(value: string): string {
	return JSON.stringify(value);
}

function ascii(value: string): string {
	return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escaped);
}

/** PHP escapes those too. */
function slashes(value: string): string {
	return ascii(value).replaceAll("/", "\\/");
}

function escaped(letter: string): string {
	return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function withoutHtml(value: string): string {
	return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, escaped);
}

/** https://learn.microsoft.com/dotnet/standard/serialization/system-text-json/character-encoding */
function dotNet(value: string): string {
	const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', "\\u0022");
	return `"${inner.replaceAll(/[<>&'+`\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)}"`;
}

function pythonText(value: string): string {
	const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
	return value.includes("'") && !value.includes('"')
		? `"${inner}"`
		: `'${inner.replaceAll("'", "\\'")}'`;
}

/** As JavaScript and Go write it. */
function shortest(number: string): string {
	return JSON.stringify(Number(number));
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
