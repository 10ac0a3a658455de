import type { Flaw } from "./flaw.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A kind of value that a setting may have, in each of the ways it can be given. */
export interface Kind<Value> {
	/** What it is in a configuration file. */
	readonly schema: JsonSchema;
	/** Names above its values. What stands under different names is layered one by one: 2 for provider and option. */
	readonly depth: 0 | 1 | 2;
	/** Whether the flag may be repeated, and the variable may hold several. */
	readonly many: boolean;
	/**
	 * From the texts of a flag or of a variable.
	 * @throws LocalhookError
	 */
	read(texts: readonly string[]): Value;
	/** What the schema cannot say of a value in a file. */
	check(value: Value): readonly Flaw[];
}
