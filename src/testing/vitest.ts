import { type TestAPI, test as vitestTest } from "vitest";
import { oneOf } from "../engine/shape.ts";
import { engineOf, watched, whenClosed } from "../hooks/create-hooks.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import { timelineOf } from "../hooks/evidence.ts";
import { checkOptions } from "../hooks/options.ts";
import type { MswLocalhook, MswOptions } from "../msw/setup.ts";
import { missingPeer, requirePeer } from "../peers.ts";
import { warnOnConsole } from "../printing.ts";
import {
	type StartedLocalhook,
	type StartOptions,
	startLocalhook,
	startOptions,
} from "./start.ts";

export type { MswLocalhook } from "../msw/setup.ts";
export type { StartedLocalhook, StartOptions } from "./start.ts";

requirePeer("vitest", "localhook/vitest");

/** How the code under test reaches the providers: over HTTP, or through msw. */
export type Over = "server" | "msw";

/** What `withLocalhook` takes. */
export interface FixtureOptions<
	Id extends ProviderId = ProviderId,
	By extends Over = "server",
> extends StartOptions<Id> {
	/**
	 * Default: `server`, with a port of its own. `msw`: no port; what this process asks at `hooks.<provider>.url` is
	 * answered here. So is what it asks at the providers' own origins, of tests that run at once by the one begun last.
	 */
	readonly over?: By;
}

/** What a test gets. */
export interface Fixtures<Running> {
	/** Of the worker, over msw of the file: what the scopes of its tests are opened from. */
	readonly localhook: Running;
	/** Of the test: a scope of its own. */
	readonly hooks: Running;
}

type Running<Id extends ProviderId, By extends Over> = By extends "msw"
	? MswLocalhook<Id>
	: StartedLocalhook<Id>;

/**
 * Vitest's `test` with the fixture `hooks`: a localhook of each test's own, started once for each worker, over msw for
 * each file. What happened is printed with a test that fails.
 *
 * @param base a `test` with fixtures of your own
 * @example
 * const test = withLocalhook({ providers: ["prolific"], receiver: app.fetch })
 * test("is told of the study", async ({ hooks, expect }) => {
 *   await hooks.prolific.send("study.status.change", { status: "ACTIVE" }).settled
 *   expect(await studies()).toContain("ACTIVE")
 * })
 */
export function withLocalhook<
	Id extends ProviderId = ProviderId,
	By extends Over = "server",
	Base extends object = object,
>(
	options: FixtureOptions<Id, By> = {},
	base: TestAPI<Base> = vitestTest as unknown as TestAPI<Base>,
): TestAPI<Base & Fixtures<Running<Id, By>>> {
	const more = options?.over === "msw" ? {} : startOptions;
	const ways = { over: oneOf(["server", "msw"]) };
	checkOptions(options, { ...more, ...ways }, "withLocalhook");
	const { over, ...rest } = options;
	const start = over === "msw" ? startOverMsw : startLocalhook;
	return (base as unknown as TestAPI)
		.extend(
			"localhook",
			// What msw intercepts is the worker's, which files may share that know nothing of it.
			{ scope: (over === "msw" ? "file" : "worker") as "worker" },
			// biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern.
			async ({}, { onCleanup }) => {
				const hooks = await start(rest);
				onCleanup(() => hooks.close());
				return hooks;
			},
		)
		.extend("hooks", async ({ localhook, onTestFailed }, { onCleanup }) => {
			const hooks = await localhook.scope();
			const timeline = () => timelineOf(engineOf(hooks));
			let atEnd: string | undefined;
			whenClosed(hooks, () => {
				atEnd = timeline();
			});
			onCleanup(() => hooks.close());
			onTestFailed(() => warnOnConsole(atEnd ?? timeline()));
			return hooks;
		}) as unknown as TestAPI<Base & Fixtures<Running<Id, By>>>;
}

/**
 * At their own origins the providers answer for the scope that was opened last, so that an application with no setting
 * for a base URL finds the one of its test.
 */
async function startOverMsw<Id extends ProviderId>(options: MswOptions<Id>) {
	const [{ setupServer }, { setupLocalhook }] = await Promise.all([
		import("msw/node"),
		import("../msw/setup.ts"),
	]).catch((error: unknown) => {
		throw missingPeer("msw", 'withLocalhook over "msw"', error) ?? error;
	});
	const hooks = setupLocalhook(options);
	const server = setupServer();
	const open = new Set<MswLocalhook<Id>>();
	function answer(): void {
		const newestFirst = [...open].reverse();
		server.resetHandlers(...newestFirst.flatMap(({ handlers }) => handlers));
	}
	server.listen({ onUnhandledRequest: "bypass" });
	return watched(hooks, (begun) => {
		open.add(begun);
		answer();
		return () => {
			open.delete(begun);
			if (open.size === 0) server.close();
			else answer();
		};
	});
}
