import type { Fidelity } from "../contract/fidelity.ts";
import { LocalhookError } from "../errors.ts";
import type { ApiDocument } from "../openapi/document.ts";
import type { Provider } from "../provider.ts";

/** A provider with the data files that bear its name. */
export interface Installed {
	readonly provider: Provider;
	readonly document: ApiDocument;
	/** The default body of an event type. */
	fixture(type: string): Readonly<Record<string, unknown>>;
	/** Absent: nothing is known of it. */
	readonly fidelity?: Fidelity;
}

/** @throws LocalhookError `unexpected` where the build had no such file. */
export function fixtureOf(
	id: string,
	type: string,
	fixtures: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Readonly<Record<string, unknown>> {
	const fixture = fixtures[type];
	if (fixture !== undefined) return fixture;
	throw new LocalhookError(
		"unexpected",
		`Failed to find the fixture of ${id}'s "${type}": this build of localhook has none. Add fixtures/${id}/${type}.json and build again.`,
	);
}
