import { LocalhookError } from "../errors.ts";
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
