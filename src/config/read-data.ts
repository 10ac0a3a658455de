import {
	isMap,
	isNode,
	isScalar,
	isSeq,
	LineCounter,
	parseDocument,
	type YAMLError,
} from "yaml";
import { LocalhookError, quoted } from "../errors.ts";
import type { Path, PlacedProblem } from "../problem.ts";
import { readUserFile } from "../user-file.ts";
import {
	broken,
	type ConfigFile,
	invalidConfig,
	type Place,
	problemsIn,
} from "./problem.ts";

/** KiB. Nobody writes more settings than this by hand, and the parser compares each name with all others. */
const most = 128;

/**
 * Reads YAML or JSON, and keeps where everything stands. JSON is YAML too, but a `.json` file has to be JSON.
 *
 * @param given its bytes, where `path` only names them
 * @throws UnreadableFile
 */
export function readData(path: string, given?: Buffer): ConfigFile {
	const bytes = given ?? readUserFile(path, most);
	if (bytes.length > most * 1024)
		throw new Error(`it is longer than ${most} KiB`);
	const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
	if (tooDeep.test(text))
		return broken("it nests lists and tables too deeply. Keep it flat.");
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
	const errors = [...document.errors, ...document.warnings]
		.map((each) => broken(told(each), place(each.pos[0])))
		.flatMap(({ problems }) => problems);
	// One mistake makes many errors further on, and only the first of a line says what it was.
	const problems = errors.filter(
		({ line }, index) =>
			errors.findIndex((other) => other.line === line) === index,
	);
	if (problems.length > 0)
		return { ...broken(""), problems: problems.slice(0, 10) };
	const problem = path.endsWith(".json") ? jsonProblem(text) : undefined;
	if (problem !== undefined)
		return broken(`it is not JSON: ${problem.message}.`, place(problem.offset));
	try {
		// An empty document sets nothing.
		const value: unknown = document.toJS() ?? {};
		return {
			value,
			problems: [],
			locate(path, name = false) {
				const offset = offsetOf(document.contents, path, name);
				return offset === undefined ? undefined : place(offset);
			},
		};
	} catch (error) {
		const { message } = error as Error;
		return broken(`it is not YAML: ${message}. Write the value itself.`);
	}
}

/**
 * What opens in each other. The parser calls itself for each level, and Node ends at once, with nothing to catch, if the
 * stack gets full while it compiles a regular expression.
 */
const tooDeep = /(?:[[{]\s*(?:"?\w+"?\s*:\s*)?|[-?]\s+){100}/;

/** What the library says of common mistakes, in the form of the other problems. */
const yamlProblems: Readonly<Record<string, string>> = {
	DUPLICATE_KEY: "this name stands there before. Keep one of the two.",
	MULTIPLE_DOCS: "a second document begins here. Keep one.",
	TAG_RESOLVE_FAILED: "this tag is not known. Write the value without it.",
	TAB_AS_INDENT: "a tab stands before this. Indent with spaces.",
};

function told({ code, message }: YAMLError): string {
	const reason = message.replace(/\.$/, "");
	return (
		yamlProblems[code] ??
		`it is not YAML: ${reason}. Close brackets and quotes, and put a text with signs of YAML in quotes.`
	);
}

/**
 * Reads a file of data and checks it.
 *
 * @param noun what it should hold
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 */
export function readSound(
	noun: string,
	file: string,
	{
		bytes,
		arranged,
		check,
	}: {
		readonly bytes?: Buffer | undefined;
		/** Makes one form of the several that it may have. */
		arranged?(read: ConfigFile): ConfigFile;
		check(value: unknown): readonly PlacedProblem[];
	},
): ConfigFile {
	const read = readable(noun, file, bytes);
	const sound = arranged?.(read) ?? read;
	const problems = problemsIn(file, sound, check);
	if (problems.length > 0) throw invalidConfig(problems);
	return sound;
}

function readable(noun: string, file: string, bytes?: Buffer): ConfigFile {
	try {
		return readData(file, bytes);
	} catch (error) {
		throw new LocalhookError(
			"invalid-config",
			`Failed to read the ${noun} ${quoted(file)}: ${(error as Error).message}. Give the path of a YAML or JSON file.`,
			{ cause: error },
		);
	}
}

/** Where the value at a path begins, or its name; the nearest thing around it where there is none. */
function offsetOf(
	node: unknown,
	[part, ...rest]: Path,
	name: boolean,
): number | undefined {
	if (part === undefined) return startOf(node);
	const pair = isMap(node)
		? node.items.find(
				({ key }) => String(isScalar(key) ? key.value : key) === part,
			)
		: undefined;
	const value = isSeq(node) ? node.items[Number(part)] : pair?.value;
	const found =
		name && rest.length === 0 ? undefined : offsetOf(value, rest, name);
	return found ?? startOf(pair?.key) ?? startOf(node);
}

function startOf(node: unknown): number | undefined {
	return isNode(node) ? node.range?.[0] : undefined;
}

export interface JsonProblem {
	readonly message: string;
	readonly offset: number;
}

export function jsonProblem(text: string): JsonProblem | undefined {
	const message = failure(text);
	if (message === undefined) return undefined;
	const offset = /at position (\d+)/.exec(message)?.[1];
	// V8 repeats the text around the place, and there may be a secret in it.
	const excerpt = /, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s;
	return {
		message: message.replace(excerpt, ""),
		offset: offset === undefined ? offsetOfUnexpected(text) : Number(offset),
	};
}

/** For an unexpected character V8 tells no position: it ends the shortest beginning of the text in which there is one. */
function offsetOfUnexpected(text: string): number {
	let sound = 0;
	let unexpected = text.length;
	while (unexpected - sound > 1) {
		const middle = Math.floor((sound + unexpected) / 2);
		if (failure(text.slice(0, middle))?.startsWith("Unexpected token"))
			unexpected = middle;
		else sound = middle;
	}
	return Math.max(0, unexpected - 1);
}

function failure(text: string): string | undefined {
	try {
		JSON.parse(text);
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}
