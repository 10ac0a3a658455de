import { readdir, readFile } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { builtInIds, install } from "../src/catalog.ts";
import type { Failure } from "../src/contract/failure.ts";
import { fidelityMarks, type OptionSpec } from "../src/contract/fidelity.ts";
import { resolveOptions } from "../src/engine/options.ts";
import { authorized } from "../src/engine/secrets.ts";
import type { ApiDocument } from "../src/openapi/operations.ts";
import { deliveriesOf, operationsOf } from "../src/openapi/operations.ts";
import { createValidators } from "../src/openapi/validators.ts";
import type { Provider } from "../src/provider.ts";
import { pathTo } from "./support/documents.ts";
import { callerOf, defaultEventOf, startEngine } from "./support/engine.ts";
import { startReceiver } from "./support/receiver.ts";

const root = new URL("../", import.meta.url);
const ids = builtInIds;

/** Whether a source is on a domain of the provider's servers, or among its own repositories and packages. */
function isPublishedBy(
	id: string,
	{ servers = [] }: ApiDocument,
	source: string,
): boolean {
	const { host, pathname } = new URL(source);
	if (["github.com", "www.npmjs.com"].includes(host))
		return new RegExp(`^/(package/@)?${id}[-/]`, "i").test(pathname);
	return servers.some(
		({ url }) => domainOf(new URL(url).host) === domainOf(host),
	);
}

function domainOf(host: string): string {
	return host.split(".").slice(-2).join(".");
}

/** Every kind of failure the engine can hand to a provider. */
const failures: Failure[] = [
	{ kind: "unauthenticated", reason: "no credential" },
	{ kind: "forbidden", reason: "no permission" },
	{ kind: "malformed", reason: "not JSON" },
	{
		kind: "unsupported-media-type",
		given: "text/plain",
		supported: ["application/json"],
	},
	{ kind: "method-not-allowed", method: "PUT", allowed: ["GET"] },
	{
		kind: "invalid",
		violations: [
			{ in: "body", field: "a.b", keyword: "required", message: "is required" },
			{
				in: "query",
				field: "limit",
				keyword: "type",
				message: "must be integer",
			},
			{ in: "path", field: "id", keyword: "pattern", message: "must match" },
			{ in: "body", field: "", keyword: "type", message: "must be object" },
		],
	},
	{ kind: "not-found", resource: "webhook", id: "x" },
	{ kind: "internal", reason: "broken" },
];

test("every folder of src/providers is a provider", async () => {
	const folders = await readdir(new URL("src/providers/", root));

	expect(folders.length).toBeGreaterThan(3);
	expect([...ids].sort()).toEqual(folders.sort());
});

describe.each(ids)("the provider %s", async (id) => {
	const { provider, document, fixture, fidelity } = await install(id);
	const { fidelity: claims = [], notPlayed = [] } = fidelity ?? {};
	const operations = operationsOf(document);
	const described = deliveriesOf(document);
	const validators = createValidators(document);
	const events = Object.keys(provider.events);
	const options = provider.options as Record<string, OptionSpec>;
	/** A credential as well formed as the provider's own example: with other digits. */
	const other = provider.credential.example.replaceAll(/\d/g, (digit) =>
		String((Number(digit) + 1) % 10),
	);

	async function withReceiver(
		settings: Parameters<typeof startEngine>[1] = {},
	) {
		const receiver = await startReceiver();
		const { engine } = await startEngine(id, {
			receiver: receiver.url,
			...settings,
		});
		onTestFinished(async () => {
			await engine.close();
			await receiver.close();
		});
		return { engine, receiver, session: engine.session(id) };
	}

	test("is named as its folder, has a title and real servers over https", () => {
		expect(provider.id).toBe(id);
		expect(provider.title).not.toBe("");
		expect(document.servers?.length).toBeGreaterThan(0);
		for (const { url } of document.servers ?? [])
			expect(url).toMatch(/^https:\/\//);
	});

	test("implements every operation of its document, and no other", () => {
		expect(Object.keys(provider.operations).sort()).toEqual(
			operations.map((operation) => operation.id).sort(),
		);
	});

	test("describes, has a fixture for and can deliver exactly its events", async () => {
		const files = (await readdir(new URL(`fixtures/${id}/`, root))).filter(
			(name) => name.endsWith(".json") && name !== "signatures.json",
		);

		expect([...described.keys()].sort()).toEqual([...events].sort());
		expect(files.map((name) => name.replace(/\.json$/, "")).sort()).toEqual(
			[...events].sort(),
		);
	});

	test("has fixtures that satisfy its document", async () => {
		for (const type of events) {
			const body = described.get(type)?.body;
			expect(validators.body(body ?? "", fixture(type)), type).toEqual([]);
		}
	});

	test("has examples that satisfy its document", () => {
		for (const { id: operation, body, responses } of operations) {
			const medias = [
				...(body?.media.values() ?? []),
				...[...responses.values()].flatMap(({ media }) => [...media.values()]),
			];
			for (const media of medias) {
				const { example, examples = {} } = media.value as {
					example?: unknown;
					examples?: Record<string, { value?: unknown }>;
				};
				const given = [
					example,
					...Object.values(examples).map(({ value }) => value),
				].filter((value) => value !== undefined);
				for (const value of given)
					expect(validators.body(media, value), operation).toEqual([]);
			}
		}
	});

	test("delivers every event to a receiver of everything, signed so that its own verifier accepts it", async () => {
		const { engine, receiver, session } = await withReceiver();

		const subscribable: string[] = [];
		for (const type of events) {
			const { deliveries } = engine.send(id, type);
			if (deliveries.length > 0) subscribable.push(type);
			await engine.idle();
		}

		expect(receiver.requests).toHaveLength(subscribable.length);
		expect(subscribable.length).toBeGreaterThan(0);
		for (const { headers, body } of receiver.requests) {
			const secrets = session.provider.secrets(session.context);
			expect(
				session.signer.verify({
					headers,
					body,
					secrets,
					now: engine.clock.now(),
				}),
			).toEqual({ ok: true });
			const flipped = Buffer.from(body);
			flipped[flipped.length >> 1] =
				(flipped[flipped.length >> 1] as number) ^ 1;
			expect(
				session.signer.verify({
					headers,
					body: flipped,
					secrets,
					now: engine.clock.now(),
				}),
			).toMatchObject({ ok: false });
		}
	});

	test("sends each retry with the same bytes, by a schedule that ends", async () => {
		const retrying = retryingOf(provider);
		const { engine, receiver } = await withReceiver(retrying);
		receiver.answer({ status: 500 });

		const { deliveries } = engine.send(id, defaultEventOf(provider));
		await engine.advance(30 * 24 * 3_600_000);

		expect(deliveries[0]?.state).toBe("failed");
		expect(receiver.requests.length > 1).toBe(retrying !== undefined);
		expect(
			new Set(receiver.requests.map(({ body }) => body.toString("base64")))
				.size,
		).toBe(1);
		expect(engine.clock.nextDue()).toBeUndefined();
	});

	test.each(failures)("has its own words for $kind", async (failure) => {
		const { engine } = await startEngine(id);
		onTestFinished(() => engine.close());
		const { context, ready } = engine.session(id);
		ready();

		const reply = provider.refuse(failure, context);

		expect(reply.status).toBeGreaterThanOrEqual(400);
		const declared = operations.map(
			({ responses }) =>
				responses.get(String(reply.status)) ?? responses.get("default"),
		);
		const type = reply.headers?.["content-type"] ?? "application/json";
		const fits = declared.filter((response) => {
			const media = response?.media.get(type);
			return (
				media !== undefined &&
				validators.body(media, JSON.parse(JSON.stringify(reply.body)))
					.length === 0
			);
		});
		expect(fits.length).toBeGreaterThan(0);
	});

	test("answers 401 in its own words to every operation without a credential", async () => {
		const { engine } = await startEngine(id);
		onTestFinished(() => engine.close());
		const call = callerOf(engine, id);

		for (const operation of operations) {
			const path = pathTo(document, operation);
			const answer = await call(operation.method, path);
			expect(answer.status, operation.id).toBe(401);
			expect(answer.headers["content-type"]).toMatch(/json/);
		}
	});

	test.each([
		["an accepted one", [], undefined, false],
		["a pinned one", [provider.credential.example], undefined, false],
		["one of two", [other, provider.credential.example], other, false],
		["none of those pinned", [provider.credential.example], other, true],
	])(
		"authorizes a request by a credential so that it takes %s",
		async (_, credentials, credential, refused) => {
			const { engine } = await startEngine(id, { credentials });
			onTestFinished(() => engine.close());
			const session = engine.session(id);

			for (const operation of operations) {
				const { method } = operation;
				const unsigned = {
					method,
					path: pathTo(document, operation),
					query: "b=2&a=1",
					body: new TextEncoder().encode(method === "GET" ? "" : "{}"),
				};
				const headers = {
					...authorized(session, unsigned, credential),
					"content-type": "application/json",
				};
				const {
					reply: { status },
				} = await engine.handle({
					provider: id,
					...unsigned,
					headers,
				});
				expect(status === 401, `${operation.id}: ${status}`).toBe(refused);
			}
		},
	);

	test("registers receivers through operations of its document that name what they change", () => {
		const { create, list, confirm, remove } = provider.subscriptions ?? {};
		const found = (name: string | undefined) =>
			operations.find((operation) => operation.id === name);

		expect(found(create)?.body).toBeDefined();
		expect(list === undefined || found(list)?.method === "GET").toBe(true);
		for (const name of [confirm, remove]) {
			if (name === undefined) continue;
			const open = found(name)?.parameters.filter(
				({ in: place, schema }) =>
					place === "path" && schema.default === undefined,
			);
			expect(open, name).toHaveLength(1);
		}
	});

	test("accepts its own example of a credential as a pinned one", async () => {
		expect(
			provider.checkCredential?.(provider.credential.example),
		).toBeUndefined();
		const { engine } = await startEngine(id, {
			credentials: [provider.credential.example],
		});

		expect(engine.session(id).context.credentials).toEqual([
			provider.credential.example,
		]);
		await engine.close();
	});

	test("backs every claim of its fidelity record with a source, and every assumption's option exists", () => {
		expect(claims.length).toBeGreaterThan(5);
		for (const { claim, mark, source, option } of claims) {
			expect(fidelityMarks).toContain(mark);
			expect(claim.length, claim).toBeGreaterThan(10);
			expect(source, claim).toMatch(/^https:\/\/\S+$/);
			if (option !== undefined)
				expect(Object.keys(options), claim).toContain(option);
		}
		expect(new Set(claims.map(({ claim }) => claim)).size).toBe(claims.length);
		expect(claims.some(({ mark }) => mark === "assumed")).toBe(true);
		for (const { what, source } of notPlayed)
			expect(source, what).toMatch(/^https:\/\/\S+$/);
	});

	test("marks as documented or observed what the provider publishes, and as reported what others do", () => {
		for (const { claim, mark, source } of claims) {
			if (mark === "assumed") continue;
			const published = isPublishedBy(id, document, source);
			expect({ claim, source, published }).toEqual({
				claim,
				source,
				published: mark !== "reported",
			});
		}
	});

	test("explains every option in its fidelity record, with a default among its values", () => {
		for (const [
			name,
			{ values, default: usual, strict, summary },
		] of Object.entries(options)) {
			expect(values, name).toContain(usual);
			if (strict !== undefined) expect(values, name).toContain(strict);
			expect(summary, name).not.toBe("");
			expect(
				claims.some(({ option }) => option === name),
				`no claim names the option ${name}`,
			).toBe(true);
		}
	});

	test("starts and delivers under every value of every option", async () => {
		for (const [name, { values }] of Object.entries(options)) {
			for (const value of values) {
				const { engine, receiver } = await withReceiver({
					options: { [name]: value },
				});
				engine.send(id, defaultEventOf(provider));
				await engine.idle();
				expect(receiver.requests, `${name}=${value}`).toHaveLength(1);
			}
		}
	});

	test("returns to its seed state on reset, with the same secrets", async () => {
		const { engine, session } = await withReceiver();
		session.ready();
		const before = session.provider.secrets(session.context);
		engine.send(id, events[0] as string);

		await engine.reset();

		expect(session.provider.secrets(session.context)).toEqual(before);
		expect(engine.journal.size).toBe(0);
	});

	test("shares nothing between two engines of one process", async () => {
		const first = await withReceiver();
		const second = await startEngine(id);
		onTestFinished(() => second.engine.close());

		first.engine.send(id, events[0] as string);
		const { deliveries } = second.engine.send(id, events[0] as string);

		expect(deliveries).toEqual([]);
		expect(second.engine.journal.size).toBe(0);
	});

	test("has a known-answer vector for its signature, each with its origin", async () => {
		const { vectors } = JSON.parse(
			await readFile(new URL(`fixtures/${id}/signatures.json`, root), "utf8"),
		);

		expect(vectors.length).toBeGreaterThan(0);
		for (const { origin, source } of vectors) {
			expect(["documented", "observed", "computed"]).toContain(origin);
			expect(source).toMatch(/^https:\/\//);
		}
	});
});

/** An option, or none, with which the provider tries again what has failed; undefined: it never does. */
function retryingOf(
	provider: Provider,
): { options: Record<string, string> } | undefined {
	const specs: [string, OptionSpec][] = Object.entries(provider.options);
	const choices: Record<string, string>[] = specs.flatMap(
		([name, { values }]) => values.map((value) => ({ [name]: value })),
	);
	const options = [{}, ...choices].find((given) => {
		const resolved = resolveOptions(provider, given, false);
		const { retry } = provider.delivery(resolved);
		return retry.delays.length > 0 || retry.thenEvery !== undefined;
	});
	return options && { options };
}
