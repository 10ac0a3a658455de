import { expect, test } from "vitest";
import type { Context, Endpoint, Shape } from "../src/contract/operation.ts";
import type { EventRecord } from "../src/contract/records.ts";
import { defineProvider, type ProviderDefinition } from "../src/provider.ts";
import { apiKey } from "../src/provider-helpers.ts";
import { acmeSigner } from "./support/acme.ts";

interface Small extends Shape {
	state: { hooks: { id: string; url: string; off?: string } };
	events: "made";
	operations: Record<never, never>;
	options: Record<never, never>;
}

type Required<T> = {
	[Name in keyof T]-?: object extends Pick<T, Name> ? never : Name;
}[keyof T];

/** The compiler refuses one that is missing here, and one too many. */
const required: Record<Required<ProviderDefinition<Small>>, true> = {
	id: true,
	title: true,
	collections: true,
	events: true,
	operations: true,
	authentication: true,
	refuse: true,
	receivers: true,
	subscribe: true,
	signer: true,
};

/** With nothing but what a provider has to say. */
const small = defineProvider<Small>({
	id: "small",
	title: "Small",
	collections: { hooks: { key: "id" } },
	events: { made: { summary: "A thing was made" } },
	operations: {},
	authentication: apiKey<Small>({
		header: "Key",
		credential: { form: "a key", example: "k1" },
	}),
	refuse: () => ({ status: 400 }),
	receivers: {
		collection: "hooks",
		describe: (hook) => ({ ...hook, secrets: [`secret of ${hook.id}`] }),
	},
	subscribe: () => {},
	signer: () => acmeSigner,
});

const hooks = new Map([
	["a", { id: "a", url: "https://a.example" }],
	["b", { id: "b", url: "https://b.example", off: "waits" }],
]);
const context = {
	state: { hooks },
	credentials: [],
	options: {},
	random: { uuid: () => "a-uuid" },
} as unknown as Context<Small>;
const request = { method: "GET", path: "/", query: "", body: new Uint8Array() };

test("a provider has to say ten things at most", () => {
	expect(Object.keys(required).length).toBeLessThanOrEqual(10);
	expect(Object.keys(small)).toEqual(
		expect.arrayContaining(
			Object.keys(required).filter(
				(name) => !["authentication", "receivers"].includes(name),
			),
		),
	);
});

test("a provider that says no more than it has to sends JSON with a UUID, once, within ten seconds", () => {
	const event = { payload: { size: 3 } } as unknown as EventRecord;

	expect(small.eventId(context)).toBe("a-uuid");
	expect(small.encode(event, {} as Endpoint, {})).toEqual({
		body: '{"size":3}',
		headers: { "Content-Type": "application/json" },
	});
	expect(small.delivery({})).toEqual({
		timeout: 10_000,
		retry: { delays: [], jitter: "none" },
		ordered: false,
	});
	expect(small.eventFields(event, {}, context)).toEqual({});
	expect(small.trailingSlash).toBe("exact");
});

test("all that is asked of a provider's receivers follows from one description of them", () => {
	const event = { type: "made" } as EventRecord;

	expect(small.endpoints(event, context).map(({ id }) => id)).toEqual(["a"]);
	expect(small.endpoint("a", context)?.secrets).toEqual(["secret of a"]);
	expect(small.endpoint("b", context)).toBeUndefined();
	expect(small.endpoint("c", context)).toBeUndefined();
	expect(small.secrets(context)).toEqual(["secret of a", "secret of b"]);
	expect(small.registered?.(context)).toEqual([
		{ id: "a", url: "https://a.example", enabled: true },
		{ id: "b", url: "https://b.example", enabled: false, reason: "waits" },
	]);
});

test("a key is asked for, and compared with those that are pinned", () => {
	const pinned = { ...context, credentials: ["k1", "k2"] };
	const ask = (key: string | undefined, asked = context) =>
		small.authenticate({ ...request, headers: { key } }, asked);
	const refused = (reason: string) => ({ kind: "unauthenticated", reason });

	expect(ask("any")).toEqual({ key: "any" });
	expect(ask(undefined)).toEqual(
		refused("The Key header is missing. Send Key: <your API key>."),
	);
	expect(ask("k2", pinned)).toEqual({ key: "k2" });
	expect(ask("k3", pinned)).toEqual(
		refused("The API key in Key is not one that is accepted here."),
	);
	expect(small.authorize(request, "k1", context)).toEqual({ key: "k1" });
});
