import { didYouMean } from "../nearest.ts";
import { readingOf } from "../openapi/reading.ts";
import type { FaultSpec } from "./fault-rules.ts";
import type { Installed } from "./installed.ts";

/** What a fault can be done to: provider ids, and the operation ids of each. */
export type FaultScope = ReadonlyMap<string, readonly string[]>;

export function scopeOf(
	played: Iterable<Pick<Installed, "provider" | "document">>,
): FaultScope {
	return new Map(
		[...played].map(({ provider, document }) => [
			provider.id,
			readingOf(document).operations.map(({ id }) => id),
		]),
	);
}

/** A name in a fault that is not there, for which nothing would ever go wrong. */
export interface Stray {
	readonly field: "provider" | "operation";
	/** A sentence, and what to do now. */
	readonly reason: string;
}

/**
 * What a fault names that there is not; undefined: it all is there.
 *
 * @example
 * strayOf({ fault: "drop", provider: "spitz" }, scope)?.field // "provider"
 */
export function strayOf(
	{ provider, operation }: FaultSpec,
	scope: FaultScope,
): Stray | undefined {
	if (provider !== undefined && !scope.has(provider))
		return stray("provider", "provider", provider, [...scope.keys()]);
	if (operation === undefined) return undefined;
	const operations =
		provider === undefined
			? [...scope.values()].flat()
			: (scope.get(provider) ?? []);
	if (operations.includes(operation)) return undefined;
	const noun = provider === undefined ? "operation" : `${provider} operation`;
	return stray("operation", noun, operation, operations);
}

function stray(
	field: Stray["field"],
	noun: string,
	name: string,
	known: readonly string[],
): Stray {
	const shown = JSON.stringify(name.slice(0, 100));
	return {
		field,
		reason: `there is no ${noun} ${shown}.${didYouMean(name, known)} Choose one of ${known.join(", ")}.`,
	};
}
