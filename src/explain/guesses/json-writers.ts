/** How programs write JSON anew that they have read: by the code that does it. The likeliest first. */
export const jsonWriters: Readonly<Record<string, (text: string) => string>> = {
	"JSON.stringify(JSON.parse(body))": (text) =>
		JSON.stringify(JSON.parse(text)),
	"Python's json.dumps(json.loads(body))": python(),
	"PHP's json_encode(json_decode($body, true))": php(),
	"Go's json.Marshal of a map": (text) =>
		written(text, { string: withoutHtml, number: shortest, sorted: true }),
	"Ruby's JSON.parse(body).to_json or Java's Jackson": (text) =>
		written(text, { number: float }),
	"JSON.stringify(JSON.parse(body), null, 2)": (text) =>
		JSON.stringify(JSON.parse(text), null, 2),
	"json.dumps(json.loads(body), separators=(',', ':'))": python(""),
	"json.dumps(json.loads(body), sort_keys=True)": python(" ", true),
	"json.dumps(..., separators=(',', ':'), sort_keys=True)": python("", true),
	"json.dumps(json.loads(body), ensure_ascii=False)": (text) =>
		written(text, { after: " ", number: float }),
	"JSON.stringify of sorted keys": (text) =>
		written(text, { number: shortest, sorted: true }),
	"json_encode with JSON_UNESCAPED_SLASHES": php((text) => ascii(text)),
	"json_encode with JSON_UNESCAPED_UNICODE and _SLASHES": php(quoted),
	"Rails' to_json": (text) =>
		written(text, { string: withoutHtml, number: float }),
	"C#'s JsonSerializer.Serialize": (text) => written(text, { string: dotNet }),
	"a formatter that takes the white space out": (text) => written(text, {}),
	"JSON.stringify(JSON.parse(body), null, 4)": (text) =>
		JSON.stringify(JSON.parse(text), null, 4),
	"Python's str() of the parsed body": (text) =>
		written(text, {
			after: " ",
			string: pythonText,
			number: float,
			words: { true: "True", false: "False", null: "None" },
		}),
};

interface Style {
	/** Behind each comma and colon. */
	readonly after?: string;
	readonly string?: (value: string) => string;
	/** Default: as it stands. */
	readonly number?: (token: string) => string;
	readonly sorted?: boolean;
	readonly words?: Readonly<Record<string, string>>;
	/** What an empty object becomes. */
	readonly empty?: string;
}

function python(after = " ", sorted = false): (text: string) => string {
	return (text) =>
		written(text, { after, sorted, string: ascii, number: float });
}

function php(
	string: (value: string) => string = (value) =>
		ascii(value).replaceAll("/", "\\/"),
): (text: string) => string {
	return (text) => written(text, { string, number: float, empty: "[]" });
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** JavaScript has no other way to keep a number such as 10.0 as it stands, which other languages do. */
function written(text: string, style: Style): string {
	const { after = "", string = quoted, number = (same) => same } = style;
	const tokens = text.match(token) ?? [];
	let next = 0;
	const comma = `,${after}`;

	function value(): string {
		const first = tokens[next++] ?? "";
		if (first === "{") return object();
		if (first === "[") return array();
		if (first.startsWith('"')) return string(JSON.parse(first) as string);
		if (/^[tfn]/.test(first)) return style.words?.[first] ?? first;
		return number(first);
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
		if (members.size === 0) return style.empty ?? "{}";
		const names = style.sorted ? [...members.keys()].sort() : members.keys();
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
