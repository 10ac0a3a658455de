type Tester = (this: never, a: never, b: never) => boolean | undefined;

/** What of the matcher's `this` is needed; Vitest and Jest give the same. */
export interface MatcherContext {
	equals(a: unknown, b: unknown, testers?: Tester[]): boolean;
	readonly utils: {
		readonly iterableEquality: Tester;
		readonly subsetEquality: Tester;
	};
}

export interface MatcherResult {
	readonly pass: boolean;
	message(): string;
}
