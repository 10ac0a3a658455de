import type { Fidelity } from "../contract/fidelity.ts";
import type { Context } from "../contract/operation.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { ApiDocument } from "../openapi/document.ts";
import type { ApiOperation } from "../openapi/operations.ts";
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

/** A provider that runs. */
export interface Playing {
	readonly provider: Provider;
	readonly context: Context;
}

/** @throws LocalhookError `invalid-provider` for code of operations that the document does not have. */
export function refuseUnknownOperations(
	provider: Provider,
	operations: readonly ApiOperation[],
): void {
	const known = new Set(operations.map(({ id }) => id));
	const unknown = Object.keys(provider.operations).filter(
		(id) => !known.has(id),
	);
	if (unknown.length === 0) return;
	throw new LocalhookError(
		"invalid-provider",
		`Failed to start ${provider.id}: its document has no operation ${unknown.map((id) => `"${id}"`).join(", ")}. ` +
			`Choose from ${[...known].join(", ")}.`,
	);
}

/** @throws LocalhookError `unknown-event` */
export function refuseUnknownEvent(provider: Provider, type: string): void {
	if (typeof type === "string" && Object.hasOwn(provider.events, type)) return;
	const known = Object.keys(provider.events);
	throw new LocalhookError(
		"unknown-event",
		`Failed to send ${quoted(type)}: ${provider.id} has no such event.${didYouMean(type, known)} ` +
			`Choose one of ${known.join(", ")}.`,
		{ details: { events: known } },
	);
}

export function unknownProvider(
	id: unknown,
	known: Iterable<string>,
): LocalhookError {
	const ids = [...known];
	return new LocalhookError(
		"unknown-provider",
		`Failed to find the provider ${quoted(id)}: there is no such provider.${didYouMean(id, ids)} ` +
			`Choose one of ${ids.join(", ")}.`,
		{
			details: {
				...(typeof id === "string" && { provider: id.slice(0, 100) }),
				providers: ids,
			},
		},
	);
}
