import { writeFile } from "node:fs/promises";
import {
	test as baseTest,
	type PlaywrightTestArgs,
	type PlaywrightTestOptions,
	type PlaywrightWorkerArgs,
	type PlaywrightWorkerOptions,
	type TestInfo,
	type TestType,
} from "@playwright/test";
import type { Engine } from "../engine/engine.ts";
import { showEntry } from "../engine/entry-view.ts";
import { engineOf, watched } from "../hooks/create-hooks.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import { repeat, timelineOf } from "../hooks/evidence.ts";
import { checkOptions } from "../hooks/options.ts";
import { requirePeer } from "../peers.ts";
import { warnOnConsole } from "../printing.ts";
import { createMask } from "../server/control/delivery-view.ts";
import { ndjson } from "../server/control/exports.ts";
import {
	type StartedLocalhook,
	type StartOptions,
	startLocalhook,
	startOptions,
} from "./start.ts";

export type { StartedLocalhook, StartOptions } from "./start.ts";

requirePeer("@playwright/test", "localhook/playwright");

/** Of each test. */
export interface TestFixtures<Id extends ProviderId> {
	/** A scope of its own. */
	readonly hooks: StartedLocalhook<Id>;
}

/** Of each worker. */
export interface WorkerFixtures<Id extends ProviderId> {
	/** What the scopes of its tests are opened from. */
	readonly localhook: StartedLocalhook<Id>;
}

type Test<T extends object, W extends object> = TestType<
	PlaywrightTestArgs & PlaywrightTestOptions & T,
	PlaywrightWorkerArgs & PlaywrightWorkerOptions & W
>;

/**
 * Playwright's `test` with the fixture `hooks`: a localhook of each test's own, started once for each worker. Of a test
 * that fails, what happened in each of its scopes is printed, and attached as `webhooks.ndjson`: in `hooks`, and in those
 * that it opened by `localhook.scope()`.
 *
 * @param base a `test` with fixtures of your own
 * @throws LocalhookError `invalid-option`
 * @example
 * const test = withLocalhook({ providers: ["openformat"], receiver: app })
 * test("pays out", async ({ hooks, page }) => { hooks.openformat.send("transaction") })
 */
export function withLocalhook<
	Id extends ProviderId = ProviderId,
	T extends object = object,
	W extends object = object,
>(
	options: StartOptions<Id> = {},
	base: Test<T, W> = baseTest as unknown as Test<T, W>,
): Test<T & TestFixtures<Id>, W & WorkerFixtures<Id>> {
	checkOptions(options, startOptions, "withLocalhook");
	return (base as Test<object, object>).extend<
		TestFixtures<Id> & { readonly localhookFailure: undefined },
		WorkerFixtures<Id> & { readonly localhookScopes: Scopes }
	>({
		localhookScopes: [
			// biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its pattern.
			async ({}, use) => use(createScopes()),
			{ scope: "worker" },
		],
		localhook: [
			async ({ localhookScopes }, use) => {
				const started = await startLocalhook(options);
				const hooks = watched(started, localhookScopes.watch);
				await use(hooks);
				await hooks.close();
			},
			{ scope: "worker" },
		],
		// Set up before the fixtures of the test, and so torn down after all of them.
		localhookFailure: [
			async ({ localhookScopes }, use, info) => {
				localhookScopes.begin();
				await use(undefined);
				if (info.status !== info.expectedStatus)
					await tell(localhookScopes, info);
			},
			{ auto: true },
		],
		hooks: async ({ localhook }, use) => {
			const hooks = await localhook.scope();
			await use(hooks);
			await hooks.close();
		},
	}) as unknown as Test<T & TestFixtures<Id>, W & WorkerFixtures<Id>>;
}

type Scopes = ReturnType<typeof createScopes>;

/** The localhooks of a worker, by test: fixtures of the user's open and close them as they like. */
function createScopes() {
	/** By engine, where its journal stood when the test began. */
	const open = new Map<Engine, number>();
	let closed: ReturnType<typeof told> = [];

	function told(engine: Engine) {
		const since = open.get(engine) ?? 0;
		if (engine.journal.last <= since) return [];
		const timeline = timelineOf(engine, since);
		const transcript = transcriptOf(engine, since);
		return [{ timeline, transcript, seed: engine.seed }];
	}
	return {
		watch(hooks: object) {
			const engine = engineOf(hooks);
			open.set(engine, 0);
			return () => {
				closed.push(...told(engine));
				open.delete(engine);
			};
		},
		begin() {
			closed = [];
			for (const engine of open.keys()) open.set(engine, engine.journal.last);
		},
		ofTest: () => [...closed, ...[...open.keys()].flatMap(told)],
	};
}

/** Printed, since the list reporter shows no more than the start of an attached text, and attached whole as a file. */
async function tell(scopes: Scopes, info: TestInfo): Promise<void> {
	const told = scopes.ofTest();
	for (const [i, { timeline, transcript, seed }] of told.entries()) {
		warnOnConsole(timeline);
		info.annotations.push({ type: "localhook", description: repeat(seed) });
		const name = i === 0 ? "webhooks.ndjson" : `webhooks-${i + 1}.ndjson`;
		const path = info.outputPath(name);
		await writeFile(path, transcript);
		await info.attach(name, { path, contentType: "application/x-ndjson" });
	}
}

/** API calls and events as they came, then every delivery with the bytes of its attempts; credentials are hidden. */
function transcriptOf(engine: Engine, after: number): string {
	const entries = engine.journal.after(after);
	const told = entries
		.filter(({ kind }) => kind === "call" || kind === "event")
		.map((entry) => `${JSON.stringify(showEntry(entry))}\n`);
	const deliveries = entries.flatMap((entry) =>
		entry.kind === "delivery" ? [entry.delivery] : [],
	);
	return told.join("") + ndjson(deliveries, createMask(engine, false));
}
