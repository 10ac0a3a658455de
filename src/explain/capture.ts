import { bytesOf, bytesOfBase64, textOf } from "../bytes.ts";
import { parseIsoTime } from "../duration.ts";
import { invalidOption, LocalhookError, quoted } from "../errors.ts";

/** A request as somebody has kept it. */
export interface Captured {
	readonly method: string;
	/** Whole where the capture says so, else from its path on. */
	readonly url: string;
	/** By names as they are written. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** When it was captured, epoch milliseconds, where the capture says so. */
	readonly at?: number | undefined;
}

/** Bytes of a file. */
const longest = 16 * 1024 * 1024;
const mostWords = 2000;

/**
 * Reads a raw HTTP request, the POST of a HAR, a curl command, or what `--save` has written.
 *
 * @throws LocalhookError `invalid-option`, with the line
 */
export function readCapture(file: string, bytes: Uint8Array): Captured {
	if (bytes.length > longest)
		throw unreadable(file, 1, `it is longer than ${longest} bytes`);
	const start = textOf(bytes.subarray(0, 100)).trimStart();
	if (/\.har$/i.test(file) || start.startsWith("{"))
		return readJson(file, textOf(bytes));
	if (/\.(curl|sh)$/i.test(file) || /^(?:\$ )?curl\s/.test(start))
		return readCurl(file, textOf(bytes));
	return readHttp(file, bytes);
}

function unreadable(file: string, line: number, why: string): LocalhookError {
	return new LocalhookError(
		"invalid-option",
		`Failed to read ${quoted(file)}: line ${line}: ${why}. Give a raw HTTP request, a HAR, a curl command, or what --save has written.`,
	);
}

/** `POST /hooks HTTP/1.1`, headers, an empty line, and the body as it came. */
function readHttp(file: string, bytes: Uint8Array): Captured {
	const lines: string[] = [];
	let at = 0;
	for (;;) {
		const end = bytes.indexOf(0x0a, at);
		const line = textOf(bytes.subarray(at, end === -1 ? bytes.length : end));
		at = end === -1 ? bytes.length : end + 1;
		const text = line.replace(/\r$/, "");
		if (text === "" && lines.length > 0) break;
		if (text !== "") lines.push(text);
		if (end === -1) break;
		if (lines.length > mostWords)
			throw unreadable(file, lines.length, "it has too many headers");
	}
	const [first = "", ...fields] = lines;
	const [, method, url] =
		/^([A-Z]{3,10}) (\S+)(?: HTTP\/[\d.]+)?$/.exec(first) ?? [];
	if (method === undefined || url === undefined)
		throw unreadable(
			file,
			1,
			`${quoted(first)} is no request line, such as "POST /hooks HTTP/1.1"`,
		);
	const headers = headersOf(file, fields, 2);
	return {
		method,
		url,
		headers,
		body: withoutEditorsEnd(bytes.subarray(at), headers),
	};
}

/** Many editors put a line break behind the last line: the length that was sent tells. */
function withoutEditorsEnd(
	body: Uint8Array,
	headers: Captured["headers"],
): Uint8Array {
	const length = Number(field(headers, "content-length"));
	const rest = textOf(body.subarray(length));
	return length < body.length && /^\r?\n$/.test(rest)
		? body.subarray(0, length)
		: body;
}

/** A header by its name in any case. */
export function field(
	headers: Captured["headers"],
	name: string,
): string | undefined {
	const lower = name.toLowerCase();
	const names = Object.keys(headers);
	return headers[names.find((each) => each.toLowerCase() === lower) ?? ""];
}

function headersOf(
	file: string,
	lines: readonly string[],
	start: number,
): Record<string, string> {
	return Object.fromEntries(
		lines.map((line, i) => {
			const colon = line.indexOf(":");
			if (colon < 1)
				throw unreadable(
					file,
					start + i,
					`${quoted(line)} is no header, such as "Name: value"`,
				);
			return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
		}),
	);
}

interface HarRequest {
	readonly method?: string;
	readonly url?: string;
	readonly headers?: {
		readonly name: string;
		readonly value: string;
	}[];
	readonly postData?: { readonly text?: string; readonly encoding?: string };
}

interface Har {
	readonly log?: {
		readonly entries?: readonly ({
			readonly request?: HarRequest;
			readonly startedDateTime?: string;
		} | null)[];
	};
}

/** What `localhook explain --save` has written. */
interface Fixture extends Omit<Captured, "body"> {
	readonly mark?: string;
	readonly body?: string;
	readonly base64?: string;
}

/** A fixture, or a HAR: http://www.softwareishard.com/blog/har-12-spec/#request */
function readJson(file: string, text: string): Captured {
	let har: Har & Fixture;
	try {
		har = JSON.parse(text) as Har & Fixture;
	} catch (error) {
		throw unreadable(file, 1, `it is no JSON: ${(error as Error).message}`);
	}
	if (har?.mark === "observed") {
		const { method, url, headers, body, base64 } = har;
		const kept =
			base64 === undefined ? bytesOf(body ?? "") : bytesOfBase64(base64);
		return { method, url, headers, body: kept };
	}
	const entries = Array.isArray(har?.log?.entries) ? har.log.entries : [];
	const posts = entries.filter((entry) => entry?.request?.method === "POST");
	const [first] = posts;
	const request: HarRequest | undefined = first?.request;
	if (request === undefined || typeof request.url !== "string")
		throw unreadable(file, 1, "no entry of its log is a POST");
	if (posts.length > 1)
		throw invalidOption(
			`Failed to read ${quoted(file)}: its log holds ${posts.length} POST requests, the first to ${quoted(request.url)}. Leave in it the one to explain.`,
		);
	const { url, postData } = request;
	const listed = Array.isArray(request.headers) ? request.headers : [];
	const body = String(postData?.text ?? "");
	return {
		method: "POST",
		url,
		headers: Object.fromEntries(
			listed.map(({ name, value }) => [String(name), String(value)]),
		),
		body: postData?.encoding === "base64" ? bytesOfBase64(body) : bytesOf(body),
		at: parseIsoTime(String(first?.startedDateTime)),
	};
}

/** Options of curl that take a value and say nothing of the request. */
const withValue =
	/^(?:-[oAbceEKmTxy]|--(?:output|user-agent|cookie|max-time|connect-timeout|proxy|cacert|cert|key|resolve|retry))$/;

/** https://curl.se/docs/manpage.html */
function readCurl(file: string, text: string): Captured {
	const words = wordsOf(file, text);
	let [method, url] = ["", ""];
	const lines: string[] = [];
	const data: string[] = [];
	for (let i = 1; i < words.length; i++) {
		const { text: word, line } = words[i] as Word;
		const [, short, attached = ""] = /^(-[XHdu])(.+)$/s.exec(word) ?? [];
		const option = short ?? (word.split("=", 1)[0] as string);
		const value = () => {
			if (short !== undefined) return attached;
			const next = words[++i];
			if (next === undefined)
				throw unreadable(file, line, `${quoted(word)} has no value`);
			return next.text;
		};
		if (option === "-X" || option === "--request") method = value();
		else if (option === "-H" || option === "--header") lines.push(value());
		else if (option === "--url") url = value();
		else if (/^(?:-d|--data(?:-raw|-binary|-ascii)?|--json)$/.test(option)) {
			const given = value();
			if (given.startsWith("@") && option !== "--data-raw")
				throw unreadable(
					file,
					line,
					`the body is in another file, ${quoted(given)}: put it in its place`,
				);
			data.push(given);
		} else if (withValue.test(word)) value();
		else if (!word.startsWith("-") && url === "") url = word;
	}
	if (url === "") throw unreadable(file, 1, "the command has no URL");
	return {
		method: method || "POST",
		url,
		headers: headersOf(
			file,
			lines.filter((each) => each.includes(":")),
			1,
		),
		body: bytesOf(data.join("&")),
	};
}

interface Word {
	readonly text: string;
	readonly line: number;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

const piece =
	/\\\r?\n|\\(.)|'([^']*)'|\$'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s\\'"$`;|&<>]+|\$(?=\s|$))/gs;
/** A longer word comes in several matches: engines have a stack. */
const wordOrOther = new RegExp(
	`\\s+|\\\\\\r?\\n|(?<word>(?:${piece.source}){1,1000})|(?<other>.)`,
	"gs",
);

/** The words of a command, as a shell reads them. What would be run or looked up is refused. */
function wordsOf(file: string, text: string): Word[] {
	const words: Word[] = [];
	let line = 1;
	let isWithin = false;
	for (const { 0: whole, groups } of text.matchAll(wordOrOther)) {
		const refuse = (what: string) =>
			unreadable(
				file,
				line,
				`${quoted(what)} is something that a shell would run or look up`,
			);
		const read = whole.replaceAll(
			piece,
			(each, escaped, single, ansi, double, bare) => {
				if (/(?:^|[^\\])(?:\\\\)*[`$]/.test(double ?? "")) throw refuse(each);
				return escaped ?? single ?? bare ?? unescaped(double, ansi);
			},
		);
		if (groups?.other !== undefined) throw refuse(whole);
		const isWord = groups?.word !== undefined;
		const before = isWord && isWithin ? words.pop() : undefined;
		if (isWord)
			words.push({ line, ...before, text: (before?.text ?? "") + read });
		isWithin = isWord;
		line += whole.split("\n").length - 1;
		if (words.length > mostWords)
			throw unreadable(file, line, "it has too many words");
	}
	return words[0]?.text === "$" ? words.slice(1) : words;
}

/** What stands between double quotes, or within `$'...'`. */
function unescaped(double: string | undefined, ansi = ""): string {
	return (
		double?.replaceAll(/\\(\r?\n|[$`"\\])/g, (_, each: string) =>
			/\n/.test(each) ? "" : each,
		) ??
		ansi.replaceAll(
			/\\(?:u([0-9a-fA-F]{1,4})|x([0-9a-fA-F]{1,2})|(.))/gs,
			(_, unicode: string, hex: string, each: string) =>
				unicode || hex
					? String.fromCharCode(Number.parseInt(unicode || hex, 16))
					: (escapes[each] ?? each),
		)
	);
}
