import { LocalhookError } from "../errors.ts";
import { maskUrl } from "../mask-url.ts";
import { printableLine } from "../printing.ts";

/** Something that is wrong with a configuration, and where that was said. */
export interface ConfigProblem {
	readonly file?: string;
	/** Counted from 1, as the column is. A module has neither. */
	readonly line?: number;
	readonly column?: number;
	/** The environment variable, where it was no file. */
	readonly variable?: string;
	/** Such as `options.prolific.retry`; empty: the whole. */
	readonly path: string;
	readonly message: string;
}

/** `file:line:column: path: message` */
export function problemLine(problem: ConfigProblem): string {
	const { file, line, column, variable, path, message } = problem;
	const place = [variable ?? file, line, column].filter(
		(part) => part !== undefined,
	);
	const said = variable === undefined ? path : "";
	return [place.join(":"), said, message]
		.filter((part) => part !== "")
		.join(": ");
}

/** Every problem at once, so that nobody mends them one by one. */
export function invalidConfig(
	problems: readonly ConfigProblem[],
): LocalhookError {
	return new LocalhookError(
		"invalid-config",
		problems.map((each) => printableLine(problemLine(each))).join("\n"),
		{ details: { problems } },
	);
}

/** The way to a value in a configuration: names, and places in lists. */
export type Path = readonly string[];

/** Something that is wrong in a configuration, wherever it was written. */
export interface Flaw {
	readonly path: Path;
	readonly message: string;
	/** It is the last name of the path that is wrong, not what stands there. */
	readonly name?: boolean;
}

/** What is wrong with a value, when the check of it throws. */
export function flawsOf(path: Path, check: () => unknown): Flaw[] {
	try {
		check();
		return [];
	} catch (error) {
		if (!(error instanceof LocalhookError)) throw error;
		return [{ path, message: error.message }];
	}
}

/**
 * A path as one would write it in code.
 *
 * @example
 * pathText(["allowReceivers", "0"]) // "allowReceivers[0]"
 */
export function pathText(path: Path): string {
	return path
		.map((part, index) => {
			if (/^\d+$/.test(part)) return `[${part}]`;
			if (!/^[\w$-]+$/.test(part))
				return `[${JSON.stringify(maskUrl(part).slice(0, 100))}]`;
			return index === 0 ? part : `.${part}`;
		})
		.join("");
}

/** More than this and it is no file that somebody mistyped. */
const most = 100;

/** Everything that is wrong with a file, in the order of the file. */
export async function problemsIn(
	file: string,
	{ value, problems, locate }: ConfigFile,
	check: (value: unknown) => Promise<readonly Flaw[]>,
): Promise<ConfigProblem[]> {
	const flaws = problems.length > 0 ? [] : await check(value);
	return [
		...problems,
		...flaws.slice(0, most).map(({ path, message, name }) => ({
			...locate(path, name),
			path: pathText(path),
			message,
		})),
	]
		.sort(
			(a, b) =>
				(a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
		)
		.map((problem) => ({ file, ...problem }));
}

/** Where something stands in a file, counted from 1. */
export interface Place {
	readonly line: number;
	readonly column: number;
}

/** A configuration as it was written, not yet checked. */
export interface ConfigFile {
	readonly value: unknown;
	/** Why it could not be read, if it could not. */
	readonly problems: readonly Omit<ConfigProblem, "file">[];
	/** Where a value stands, or its name; a program has no such places. */
	locate(path: Path, name?: boolean): Place | undefined;
}

/** A configuration that could not be read. */
export function broken(message: string, place?: Place): ConfigFile {
	return {
		value: undefined,
		problems: [{ path: "", message, ...place }],
		locate: () => undefined,
	};
}
