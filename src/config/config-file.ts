import type { Path } from "./flaw.ts";
import type { ConfigProblem } from "./problem.ts";

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
