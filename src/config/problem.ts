import { LocalhookError } from "../errors.ts";
import { printableLine } from "../printing.ts";
import { type Path, type PlacedProblem, pathText } from "../problem.ts";

export interface ConfigProblem {
	readonly file?: string;
	/** Counted from 1, as the column is. A module has neither. */
	readonly line?: number;
	readonly column?: number;
	readonly variable?: string;
	/** Such as `options.prolific.retry`; empty: the whole. */
	readonly path: string;
	readonly message: string;
}

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

/** More than this and it is no file that somebody mistyped. */
const most = 100;

export function problemsIn(
	file: string,
	{ value, problems, locate }: ConfigFile,
	check: (value: unknown) => readonly PlacedProblem[],
): ConfigProblem[] {
	const found = problems.length > 0 ? [] : check(value);
	return [
		...problems,
		...found.slice(0, most).map(({ path, message, name }) => ({
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

export interface Place {
	readonly line: number;
	readonly column: number;
}

export interface ConfigFile {
	readonly value: unknown;
	readonly problems: readonly Omit<ConfigProblem, "file">[];
	/** Where a value stands, or its name; a program has no such places. */
	locate(path: Path, name?: boolean): Place | undefined;
}

export function broken(message: string, place?: Place): ConfigFile {
	return {
		value: undefined,
		problems: [{ path: "", message, ...place }],
		locate: () => undefined,
	};
}
