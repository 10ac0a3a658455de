import {
	type Document,
	isMap,
	isNode,
	isScalar,
	isSeq,
	Lexer,
	LineCounter,
	type Node,
	parseDocument,
} from "yaml";
import type { Path } from "../problem.ts";
import { readUserFile } from "../user-file.ts";
import { broken, type ConfigFile, type Place } from "./problem.ts";

/** KiB. Nobody writes more settings than this by hand, and the parser compares each name with all others. */
const most = 128;

/**
 * Reads YAML or JSON, and keeps where everything stands. JSON is YAML too, but a `.json` file has to be JSON.
 *
 * @param given its bytes, where `path` only names them
 * @throws UnreadableFile
 */
export async function readData(
	path: string,
	given?: Buffer,
): Promise<ConfigFile> {
	const bytes = given ?? readUserFile(path, most);
	if (bytes.length > most * 1024)
		throw new Error(`it is longer than ${most} KiB`);
	const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
	const excess = excessOfNesting(text);
	if (excess !== undefined) return broken(`${excess}. Keep it flat.`);
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		logLevel: "error",
	});
	const place = (offset: number): Place => {
		const { line, col } = lines.linePos(offset);
		return { line, column: col };
	};
	const problems = [...document.errors, ...document.warnings];
	if (problems.length > 0) {
		return {
			value: undefined,
			// One slip makes many errors further on, and only the first of a line says what it was.
			problems: problems
				.map(({ message, pos }) => ({ path: "", message, ...place(pos[0]) }))
				.filter(
					({ line }, index, all) =>
						all.findIndex((other) => other.line === line) === index,
				)
				.slice(0, 10),
			locate: () => undefined,
		};
	}
	const slip = path.endsWith(".json") ? jsonSlip(text) : undefined;
	if (slip !== undefined)
		return broken(`it is not JSON: ${slip.message}`, place(slip.offset));
	try {
		// An empty document sets nothing.
		const value: unknown = document.toJS() ?? {};
		return {
			value,
			problems: [],
			locate(path, name = false) {
				const offset = offsetOf(document, path, name);
				return offset === undefined ? undefined : place(offset);
			},
		};
	} catch (error) {
		return broken((error as Error).message);
	}
}

/** Where the value at a path begins, or its name; the nearest thing around it where there is none. */
function offsetOf(
	document: Document,
	path: Path,
	name: boolean,
): number | undefined {
	let node: unknown = document.contents;
	let offset = startOf(node);
	for (const [index, part] of path.entries()) {
		let label: unknown;
		if (isMap(node)) {
			const pair = node.items.find(
				({ key }) => String(isScalar(key) ? key.value : key) === part,
			);
			label = pair?.key;
			node = pair?.value;
		} else {
			node = isSeq(node) ? node.items[Number(part)] : undefined;
		}
		const isLast = index === path.length - 1;
		const found =
			isLast && name ? startOf(label) : (startOf(node) ?? startOf(label));
		offset = found ?? offset;
	}
	return offset;
}

function startOf(node: unknown): number | undefined {
	return isNode(node) ? (node as Node).range?.[0] : undefined;
}

/** Where text stops being JSON, and why. */
export interface JsonSlip {
	readonly message: string;
	readonly offset: number;
}

/** Nothing for text that is JSON. */
export function jsonSlip(text: string): JsonSlip | undefined {
	const message = failure(text);
	if (message === undefined) return undefined;
	const offset = /at position (\d+)/.exec(message)?.[1];
	return {
		message: withoutExcerpt(message),
		offset: offset === undefined ? strayOffset(text) : Number(offset),
	};
}

/** V8 repeats the text around the place, and there may be a secret in it. */
function withoutExcerpt(message: string): string {
	return message.replace(
		/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s,
		"",
	);
}

/** For a stray character V8 tells no position: it ends the shortest beginning of the text in which there is one. */
function strayOffset(text: string): number {
	let sound = 0;
	let stray = text.length;
	while (stray - sound > 1) {
		const middle = Math.floor((sound + stray) / 2);
		if (failure(text.slice(0, middle))?.startsWith("Unexpected token"))
			stray = middle;
		else sound = middle;
	}
	return Math.max(0, stray - 1);
}

function failure(text: string): string | undefined {
	try {
		JSON.parse(text);
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

/** How many brackets may be open. */
const deepest = 100;
/** How far a line may be indented: in a block, each level stands further to the right. */
const widest = 400;
/** What the lexer puts before a scalar without quotes. */
const plainFollows = "\u001f";

/**
 * Why a YAML or JSON text is nested too deeply. Checked before it is parsed: the parser calls itself for each
 * level, and Node ends at once, with nothing to catch, if the stack gets full while it compiles a regular expression.
 *
 * @example
 * excessOfNesting("[".repeat(1000)) // "it nests lists and tables too deeply"
 */
export function excessOfNesting(text: string): string | undefined {
	const indented = text
		.split("\n")
		.some((line) => (/^(?:[-?:]?[ \t])*/.exec(line)?.[0].length ?? 0) > widest);
	return indented || opensTooMany(text)
		? "it nests lists and tables too deeply"
		: undefined;
}

function opensTooMany(text: string): boolean {
	let open = 0;
	let before = "";
	for (const token of new Lexer().lex(text)) {
		if (before !== plainFollows) {
			if (token === "[" || token === "{") open++;
			if (token === "]" || token === "}") open--;
			if (open > deepest) return true;
		}
		before = token;
	}
	return false;
}
