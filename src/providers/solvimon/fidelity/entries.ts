import type { FidelityEntry } from "../../../contract/fidelity.ts";
import type { Options } from "../shape.ts";

export function documented(
	source: string,
	...claims: string[]
): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "documented", source }));
}

export function observed(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "observed", source }));
}

export function reported(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "reported", source }));
}

/** The source is the page that leaves it open. */
export function assumed(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "assumed", source }));
}

/** An assumption that an option changes. */
export function switchable(
	option: keyof Options,
	source: string,
	claim: string,
): FidelityEntry {
	return { claim, mark: "assumed", source, option };
}
