/**
 * How sure we are, surest first: the provider says so, its own client or live code shows it, a third party says so,
 * or we had to choose.
 */
export const fidelityMarks = [
	"documented",
	"observed",
	"reported",
	"assumed",
] as const;

/** How sure we are of what a provider does, surest first. */
export type FidelityMark = (typeof fidelityMarks)[number];

/** One behaviour of a provider, and how sure we are of it. */
export interface FidelityEntry {
	readonly claim: string;
	readonly mark: FidelityMark;
	/** The page or file that states it; for an assumption, the one that leaves it open. */
	readonly source: string;
	/** The option that changes an assumption. */
	readonly option?: string;
	/** What of a receiver it is the rule for, such as `timestamp.tolerance`: `localhook check` looks rules up by it. */
	readonly about?: string;
}

/** A part of a provider's webhook API, or something near it, that localhook does not play. */
export interface NotPlayed {
	/** An operation, such as `` `POST /v1/things` ``, or a behaviour. */
	readonly what: string;
	/** Why not, or what to do instead. */
	readonly why: string;
	/** The page or file that shows that the provider has it. */
	readonly source: string;
}

/** What is known of how faithful a provider is. */
export interface Fidelity {
	readonly fidelity: readonly FidelityEntry[];
	/** What of the provider's webhook API is left out. */
	readonly notPlayed: readonly NotPlayed[];
}

/** A switchable behaviour of a provider. */
export interface OptionSpec<Value extends string = string> {
	readonly summary: string;
	readonly values: readonly Value[];
	readonly default: Value;
	/** The value under `--strict`, when strictness touches it. */
	readonly strict?: Value;
}

/** The options in force, by what they can be. */
export type OptionValues<Specs> = {
	readonly [Name in keyof Specs]: Specs[Name] extends {
		readonly values: readonly (infer Value)[];
	}
		? Value
		: never;
};
