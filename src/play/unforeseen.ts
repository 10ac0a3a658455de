/** A step did not end as the scenario says. Never leaves `play`. */
export class Unforeseen extends Error {
	override readonly name = "Unforeseen";
	readonly expected: string;
	readonly found: string;

	constructor(expected: string, found: string) {
		super(`Expected ${expected}, found ${found}`);
		this.expected = expected;
		this.found = found;
	}
}

/** Enough of a secret to tell it from another one. */
export function brief(secret: string): string {
	return `${secret.slice(0, 10)}…`;
}
