import { type ParseArgsConfig, parseArgs } from "node:util";
import { bytesOf, bytesOfBase64, textOf } from "../bytes.ts";
import { parseIsoTime } from "../duration.ts";
import { invalidOption, type LocalhookError, quoted } from "../errors.ts";
import { advice } from "../generated/advice.ts";

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
const mostHeaders = 2000;

/**
 * Reads a raw HTTP request, the POST of a HAR, a curl command, or what `--save` has written.
 *
 * @throws LocalhookError `invalid-option`, with the line
 */
export function readCapture(file: string, bytes: Uint8Array): Captured {
	const bad: Bad = (why, line = 1) =>
		invalidOption(
			`Failed to read ${quoted(file)}: line ${line}: ${why}. Give a raw HTTP request, a HAR, a curl command, or what --save has written.`,
		);
	if (bytes.length > longest) throw bad(`it is longer than ${longest} bytes`);
	const start = textOf(bytes.subarray(0, 100)).trimStart();
	if (/\.har$/i.test(file) || start.startsWith("{"))
		return readJson(textOf(bytes), bad);
	if (/\.(curl|sh)$/i.test(file) || /^(?:\$ )?curl\s/.test(start))
		return readCurl(textOf(bytes), bad);
	return readHttp(bytes, bad);
}

type Bad = (why: string, line?: number) => LocalhookError;

/** `POST /hooks HTTP/1.1`, headers, an empty line, and the body as it came. */
function readHttp(bytes: Uint8Array, bad: Bad): Captured {
	// One character a byte, so that places in it are places in the bytes.
	const text = Buffer.from(bytes).toString("latin1");
	const gap = /\r?\n\r?\n/.exec(text);
	const head = textOf(bytes.subarray(0, gap?.index));
	const [first = "", ...fields] = head.split(/\r?\n/);
	const [, method, url] =
		/^([A-Z]{3,10}) (\S+)(?: HTTP\/[\d.]+)?$/.exec(first) ?? [];
	if (method === undefined || url === undefined)
		throw bad(
			`${quoted(first)} is no request line, such as "POST /hooks HTTP/1.1"`,
		);
	if (fields.length > mostHeaders)
		throw bad("it has too many headers", mostHeaders);
	const headers = headersOf(fields, 2, bad);
	const start = gap ? gap.index + gap[0].length : bytes.length;
	const body = withoutEditorsEnd(bytes.subarray(start), headers);
	const next = /^[A-Z]{3,10} (?:\/|https?:)\S*(?: HTTP\/[\d.]+)?\r?$/m.exec(
		text.slice(start),
	);
	if (next && body.length !== Number(field(headers, "content-length")))
		throw bad(
			"another request begins. Keep the one to explain, or give it the Content-Length that it had",
			text.slice(0, start + next.index).split("\n").length,
		);
	return { method, url, headers, body };
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

export function field(
	headers: Captured["headers"],
	name: string,
): string | undefined {
	const lower = name.toLowerCase();
	const names = Object.keys(headers);
	return headers[names.find((each) => each.toLowerCase() === lower) ?? ""];
}

function headersOf(
	lines: readonly string[],
	start: number,
	bad: Bad,
): Record<string, string> {
	return Object.fromEntries(
		lines.map((line, i) => {
			const colon = line.indexOf(":");
			if (colon < 1)
				throw bad(
					`${quoted(line)} is no header, such as "Name: value"`,
					start + i,
				);
			return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
		}),
	);
}

/** What `localhook explain --save` has written, or a HAR: http://www.softwareishard.com/blog/har-12-spec/#request */
function readJson(text: string, bad: Bad): Captured {
	let read: ReturnType<typeof Object>;
	try {
		read = Object(JSON.parse(text));
	} catch (error) {
		throw bad(`it is no JSON: ${(error as Error).message}`);
	}
	if (read.mark === "observed") {
		const { method, url, headers, body = "", base64 } = read;
		const kept = base64 === undefined ? bytesOf(body) : bytesOfBase64(base64);
		return { method, url, headers, body: kept };
	}
	const entries = [read.log?.entries ?? []].flat();
	const posts = entries.filter((entry) => entry?.request?.method === "POST");
	const [first] = posts;
	const request = first?.request;
	if (typeof request?.url !== "string")
		throw bad("no entry of its log is a POST");
	if (posts.length > 1)
		throw bad(
			`its log holds ${posts.length} POST requests, the first to ${quoted(request.url)}. Leave in it the one to explain`,
		);
	const { url, postData } = request;
	const listed = [request.headers ?? []].flat();
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

const isData = /^(?:data.*|json)$/;

function readCurl(text: string, bad: Bad): Captured {
	const { tokens, positionals } = parseArgs({
		args: wordsOf(text, bad),
		options: advice.curlOptions as ParseArgsConfig["options"],
		strict: false,
		allowPositionals: true,
		tokens: true,
	});
	const given: { readonly name: string; readonly value: string }[] = [];
	for (const token of tokens) {
		if (token.kind !== "option" || !(token.name in advice.curlOptions))
			continue;
		const { name, rawName, value = "" } = token;
		if (value === "" && !isData.test(name))
			throw bad(`${quoted(rawName)} has no value`);
		if (isData.test(name) && name !== "data-raw" && value.startsWith("@"))
			throw bad(
				`the body is in another file, ${quoted(value)}: put it in its place`,
			);
		given.push({ name, value });
	}
	const values = (pattern: RegExp) =>
		given.filter(({ name }) => pattern.test(name)).map(({ value }) => value);
	const [url = positionals[0]] = values(/^url$/);
	if (url === undefined) throw bad("the command has no URL");
	const headers = values(/^header$/).filter((each) => each.includes(":"));
	return {
		method: values(/^request$/).at(-1) ?? "POST",
		url,
		headers: headersOf(headers, 1, bad),
		body: bytesOf(values(isData).join("&")),
	};
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

const piece =
	/(?<space>(?:\s|\\\r?\n)+)|\\(?<escaped>.)|'(?<single>[^']*)'|\$'(?<ansi>[^'\\]*(?:\\.[^'\\]*)*)'|"(?<double>[^"\\$`]*(?:\\.[^"\\$`]*)*)"|(?<bare>[^\s\\'"$`;|&<>]+|\$(?=\s|$))|(?<other>\S+)/gs;

/** The words of a command, without its name. What a shell would run or look up is refused. */
function wordsOf(text: string, bad: Bad): string[] {
	const words: string[] = [];
	let isWithin = false;
	for (const { index, groups = {} } of text.matchAll(piece)) {
		const { space, escaped, single, bare, double, ansi = "", other } = groups;
		if (other !== undefined)
			throw bad(
				`${quoted(other)} is something that a shell would run or look up`,
				text.slice(0, index).split("\n").length,
			);
		const read =
			escaped ??
			single ??
			bare ??
			double?.replaceAll(/\\(?:\r?\n|([$`"\\]))/g, (_, each = "") => each) ??
			ansi.replaceAll(
				/\\(?:u([0-9a-fA-F]{1,4})|x([0-9a-fA-F]{1,2})|(.))/gs,
				(_, unicode, hex, each) =>
					each === undefined
						? String.fromCharCode(Number.parseInt(unicode ?? hex, 16))
						: (escapes[each] ?? each),
			);
		if (space === undefined) words.push(isWithin ? words.pop() + read : read);
		isWithin = space === undefined;
	}
	return words.slice(words[0] === "$" ? 2 : 1);
}
