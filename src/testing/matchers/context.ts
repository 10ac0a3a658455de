/** What of the matcher's `this` is needed; Vitest and Jest give the same. */
export interface MatcherContext {
	readonly isNot: boolean;
	/** Its testers are the runner's own, and only handed on. */
	equals(a: unknown, b: unknown, testers?: never): boolean;
	readonly utils: {
		readonly iterableEquality: unknown;
		readonly subsetEquality: unknown;
	};
}

export interface MatcherResult {
	readonly pass: boolean;
	message(): string;
}
