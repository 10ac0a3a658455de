import { inspect } from "node:util";

/** A value of any kind, for a reader. `browser/engine/shown.ts` is its twin. */
export function shown(value: unknown): string {
	return inspect(value);
}
