/** What of the matcher's `this` is needed: Vitest, Jest and Playwright give it. */
export interface MatcherContext {
	readonly isNot: boolean;
}

export interface MatcherResult {
	readonly pass: boolean;
	message(): string;
}
