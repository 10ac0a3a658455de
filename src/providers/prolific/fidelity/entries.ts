import type { FidelityEntry } from "../../../contract/fidelity.ts";

type Entry = (claim: string, source: string, option?: string) => FidelityEntry;

export const documented: Entry = (...fact) => entry("documented", ...fact);
export const observed: Entry = (...fact) => entry("observed", ...fact);
export const assumed: Entry = (...fact) => entry("assumed", ...fact);

function entry(
	mark: FidelityEntry["mark"],
	...[claim, source, option]: Parameters<Entry>
): FidelityEntry {
	return option === undefined
		? { claim, mark, source }
		: { claim, mark, source, option };
}
