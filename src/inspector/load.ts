import type { components, operations } from "../generated/control.ts";

export type Summary = components["schemas"]["DeliverySummary"];
export type Delivery = components["schemas"]["Delivery"];

export type OperationId = keyof operations;

export interface Call {
	readonly params?: Readonly<Record<string, string>>;
	readonly query?: Readonly<Record<string, string | number | boolean>>;
	readonly body?: object;
}

type Answers<Id extends OperationId> = operations[Id]["responses"];
export type ReplyOf<Id extends OperationId> = {
	[Status in keyof Answers<Id> & (200 | 202)]: Answers<Id>[Status] extends {
		content: { "application/json": infer Body };
	}
		? Body
		: never;
}[keyof Answers<Id> & (200 | 202)];

/**
 * The control API, which is all that the page knows localhook by: over HTTP in a browser, without it on the server.
 *
 * @throws Error with the problem's detail
 */
export type Api = <Id extends OperationId>(
	id: Id,
	call?: Call,
) => Promise<ReplyOf<Id>>;

export const tabs = {
	timeline: "Timeline",
	request: "Request",
	answer: "Answer",
	signature: "Signature",
};
const views = ["send", "steer", "providers"] as const;
const names = [
	...(["query", "before", "delivery", "tab", "attempt", "beside"] as const),
	...(["view", "provider", "type", "from", "calls"] as const),
];

/** What is shown, by the parameters of the page's URL. `from`: whose event is edited and sent; `calls` may be the id of one. */
export type Place = {
	readonly [Name in (typeof names)[number]]?: string | undefined;
} & { readonly view?: (typeof views)[number] | undefined };

/** No id is a dot or two: they would make another path of that of a call. */
export function placeOf(search: string): Place {
	const given = new URLSearchParams(search);
	const place = Object.fromEntries(
		names.map((name) => [
			name,
			given.get(name)?.slice(0, 4096).replace(/^\.+$/, "") || undefined,
		]),
	);
	return { ...place, view: views.find((each) => each === place.view) };
}

/** Relative, so that it works behind a proxy that adds a prefix. */
export function hrefOf(place: Place): string {
	const given = Object.entries(place).filter(([, value]) => value);
	return `./?${new URLSearchParams(given as [string, string][])}`;
}

/** Rows in the document at once: there may be 10,000. */
export const pageSize = 60;

export type Data = Awaited<ReturnType<typeof load>>;

export interface Listed {
	readonly deliveries: readonly Summary[];
	readonly more: boolean;
	readonly dropped: number;
	readonly problem?: string;
	/** Deliveries that came while the list stood still. */
	readonly unseen?: number;
}

const nothing: Listed = { deliveries: [], more: false, dropped: 0 };

/**
 * What a place shows, and no more.
 *
 * @param first the delivery that the list starts with, though there are newer ones
 */
export async function load(api: Api, place: Place, first?: string) {
	const { query, before, view, delivery, from, calls } = place;
	const id = view === "send" ? from : delivery;
	const given = { ...(query && { query }), ...(before && { before }) };
	const page = { limit: pageSize, ...given };
	const [health, clock, list, one, steer, journal] = await Promise.all([
		api("get-health"),
		api("get-clock"),
		view ? nothing : listed(api, page, first),
		id && tried(api("get-delivery", { params: { id } })),
		view === "steer" || view === "send" ? loadSteer(api) : undefined,
		calls ? api("list-entries", { query: { newest: 1000 } }) : undefined,
	]);
	const isChoice = view !== "steer" && list.deliveries.length === 0;
	const { providers } = isChoice ? await api("list-providers") : {};
	const known = { health, clock, list, one: one || undefined };
	return { ...known, providers, steer, entries: journal?.entries };
}

async function listed(
	api: Api,
	query: NonNullable<Call["query"]>,
	from?: string,
): Promise<Listed> {
	const newest = await tried(api("list-deliveries", { query }));
	if ("problem" in newest) return { ...nothing, ...newest };
	if (from === undefined) return newest;
	const page = { query: { ...query, from } };
	const shown = await tried(api("list-deliveries", page));
	// After a reset it is no longer there.
	if ("problem" in shown) return newest;
	const ids = new Set(shown.deliveries.map(({ id }) => id));
	const unseen = newest.deliveries.filter(({ id }) => !ids.has(id)).length;
	return { ...shown, unseen };
}

async function loadSteer(api: Api) {
	const [{ endpoints }, { secrets }, { faults }] = await Promise.all([
		api("list-endpoints"),
		api("list-secrets"),
		api("list-faults"),
	]);
	return { endpoints, secrets, faults };
}

/** What a person mistyped, or what is gone by now, is said in its place. */
async function tried<T>(asked: Promise<T>): Promise<T | { problem: string }> {
	try {
		return await asked;
	} catch (error) {
		return { problem: (error as Error).message };
	}
}
