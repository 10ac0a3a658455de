import { type ErrorCode, LocalhookError } from "./errors.ts";
import { maskUrl } from "./web-address.ts";

/** The way to a value in what a user wrote: names, and places in lists. */
export type Path = readonly string[];

export interface PlacedProblem {
	readonly path: Path;
	readonly message: string;
	/** It is the last name of the path that is wrong, not what stands there. */
	readonly name?: boolean;
	readonly code?: ErrorCode;
}

export function problemsOf(path: Path, check: () => unknown): PlacedProblem[] {
	try {
		check();
		return [];
	} catch (error) {
		if (!(error instanceof LocalhookError)) throw error;
		return [{ path, message: error.message, code: error.code }];
	}
}

/** What `check` throws at a text, or at each of those in a list or a table; the names above it follow. */
export function problemsWithin(
	path: Path,
	value: unknown,
	check: (text: string, ...names: [string, string]) => unknown,
): PlacedProblem[] {
	if (typeof value === "object" && value !== null)
		return Object.entries(value).flatMap(([name, each]) =>
			problemsWithin([...path, name], each, check),
		);
	const [first = "", second = ""] = path;
	return problemsOf(path, () => check(String(value), first, second));
}

export function below(
	path: Path,
	problems: readonly PlacedProblem[],
): PlacedProblem[] {
	return problems.map((each) => ({ ...each, path: [...path, ...each.path] }));
}

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
