/** How sure we are: the provider says so, its own client or live code shows it, or we had to choose. */
export type FidelityMark = "documented" | "observed" | "assumed";

export interface FidelityEntry {
	readonly claim: string;
	readonly mark: FidelityMark;
	/** The page or file that states it; for an assumption, the one that leaves it open. */
	readonly source: string;
	/** The option that changes an assumption. */
	readonly option?: string;
}

/** A switchable behaviour of a provider. */
export interface OptionSpec<Value extends string = string> {
	readonly summary: string;
	readonly values: readonly Value[];
	readonly default: Value;
	/** The value under `--strict`, when strictness touches it. */
	readonly strict?: Value;
}
