import { LocalhookError } from "../errors.ts";
import { maskUrl } from "../mask-url.ts";

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
 * pathText(["allowTargets", "0"]) // "allowTargets[0]"
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
