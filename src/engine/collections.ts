import type { Context, Shape } from "../contract/operation.ts";
import type { Collection, CollectionSpec } from "../contract/records.ts";
import { LocalhookError } from "../errors.ts";
import type { Validators } from "../openapi/validators.ts";
import { isOneLine } from "../printing.ts";
import type { Provider } from "../provider.ts";
import { createCollection } from "../state/collection.ts";
import {
	type KeptAnswer,
	keptAnswerSchema,
	keptAnswers,
	keptAnswersSpec,
} from "./idempotency.ts";

/** A provider's collections, empty. */
export function createState(
	provider: Provider,
	validators: () => Validators,
): Context["state"] {
	const state: Record<string, Collection<object>> = {};
	for (const [name, spec] of Object.entries<CollectionSpec<object>>(
		provider.collections,
	)) {
		state[name] = createCollection(
			name,
			spec,
			spec.schema === undefined
				? undefined
				: () => validators().standardSchema(spec.schema as string),
		);
	}
	if (provider.idempotency !== undefined)
		state[keptAnswers] = createCollection<KeptAnswer>(
			keptAnswers,
			keptAnswersSpec,
			() => keptAnswerSchema,
		) as unknown as Collection<object>;
	return state as Context<Shape>["state"];
}

/** Every record, by collection. */
export function recordsOf(
	state: Context["state"],
): Readonly<Record<string, readonly object[]>> {
	return Object.fromEntries(
		Object.entries<Collection<object>>(state).map(([name, collection]) => [
			name,
			[...collection.values()],
		]),
	);
}

/** @throws LocalhookError `invalid-snapshot` */
export function fillState(
	provider: Provider,
	state: Context["state"],
	records: Readonly<Record<string, readonly object[]>>,
): void {
	const specs: Readonly<Record<string, CollectionSpec<object>>> =
		provider.collections;
	const collections = state as Readonly<Record<string, Collection<object>>>;
	for (const [name, entries] of Object.entries(records)) {
		const collection = Object.hasOwn(collections, name)
			? collections[name]
			: undefined;
		const flawOf = specs[name]?.flaw;
		if (collection === undefined)
			throw refusal(
				provider,
				`there is no collection "${name}". There is ${Object.keys(collections).join(", ")}`,
			);
		try {
			for (const entry of entries) {
				const flaw = unfitField(entry, specs[name]?.key) ?? flawOf?.(entry);
				if (flaw !== undefined) throw new Error(flaw);
				collection.put({ ...entry });
			}
		} catch (error) {
			throw refusal(provider, (error as Error).message.replace(/\.$/, ""));
		}
	}
}

/** What no provider takes of a client, and none keeps: an id or a URL of several lines, a number beyond counting. */
function unfitField(
	entry: object,
	key: string | undefined,
): string | undefined {
	for (const [name, value] of Object.entries(entry)) {
		const isWhole = name === key || /^https?:/i.test(String(value));
		if (typeof value === "string" && isWhole && !isOneLine(value))
			return `${name} must be text on one line, without control characters`;
		if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER)
			return `${name} must be a number up to ${Number.MAX_SAFE_INTEGER}`;
	}
	return undefined;
}

function refusal({ id }: Provider, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-snapshot",
		`Failed to load the records of ${id}: ${reason}. Load a snapshot that was saved here.`,
	);
}
