import { describe, expect, it, onTestFinished } from "vitest";
import type { HooksOptions } from "../src/hooks/options.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { localhook } from "../src/testing/node-test.ts";
import { withLocalhook as withPlaywright } from "../src/testing/playwright.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { withLocalhook } from "../src/testing/vitest.ts";
import { openHooks } from "./support/hooks.ts";

/** As from JavaScript: the compiler is not asked. */
type Unasked = never;

/** What a call throws or is rejected with, at once. */
async function failureOf(call: () => unknown): Promise<string> {
	try {
		const opened = await call();
		if (opened instanceof Object && "close" in opened)
			onTestFinished(opened.close as () => Promise<void>);
	} catch (error) {
		return (error as Error).message;
	}
	return "nothing";
}

const context = {
	signal: new AbortController().signal,
	after: (end: () => Promise<void>) => onTestFinished(end),
	diagnostic: () => {},
};

const entries: readonly (readonly [
	name: string,
	begin: (options: HooksOptions) => unknown,
])[] = [
	["startLocalhook", startLocalhook],
	["setupLocalhook", setupLocalhook],
	["withLocalhook", (options) => withLocalhook(options)],
	["withLocalhook", (options) => withPlaywright(options)],
	["localhook", (options) => localhook(context, options)],
];

describe.each(entries)("%s", (name, begin) => {
	it.each([
		[
			{ recevier: () => new Response() },
			`Unknown option "recevier" of ${name}. Did you mean "receiver"? It takes providers, receiver,`,
		],
		[{ provider: ["prolific"] }, 'Did you mean "providers"?'],
		[
			{ clock: "vitual" },
			`Invalid option "clock" of ${name}: "vitual" must be "virtual", "real" or a valid Date. Did you mean "virtual"?`,
		],
		[{ providers: "prolific" }, 'must be a list, such as ["prolific"].'],
		[{ register: "no" }, '"no" must be true or false.'],
	])("refuses %j", async (options, message) => {
		expect(await failureOf(() => begin(options as Unasked))).toContain(message);
	});
});

describe("what is misspelt later", () => {
	it.each([
		[
			"a provider",
			() => startLocalhook({ providers: ["prolifc" as Unasked] }),
			'Did you mean "prolific"?',
		],
		[
			"the way into fixtures",
			() => withLocalhook({ over: "mws" as Unasked }),
			'Invalid option "over" of withLocalhook: "mws" must be "server" or "msw".',
		],
		[
			"a limit",
			() => setupLocalhook({ limits: { byte: 1 } as Unasked }),
			'Unknown option "byte" of limits. Did you mean "bytes"?',
		],
		[
			"a fault",
			() => setupLocalhook({ faults: [{ falt: "drop" } as Unasked] }),
			'faults[0].falt: a fault takes no "falt". Did you mean "fault"',
		],
		[
			"an option of an event",
			async () =>
				openHooks().prolific.send("study.status.change", {}, {
					sett: {},
				} as Unasked),
			'Unknown option "sett" of send. Did you mean "set"?',
		],
	])("is refused: %s", async (_, call, message) => {
		expect(await failureOf(call)).toContain(message);
	});

	it.each<[string, (hooks: ReturnType<typeof open>) => unknown, string]>([
		[
			"an option of a scope",
			(hooks) => hooks.scope({ recevier: "x" } as Unasked),
			'Unknown option "recevier" of scope. Did you mean "receiver"?',
		],
		[
			"the providers of a scope",
			(hooks) => hooks.scope({ providers: [] } as Unasked),
			"a scope has the providers of the one that opens it",
		],
		[
			"an option of send",
			({ prolific }) =>
				prolific.send("study.status.change", {}, { sing: "none" } as Unasked),
			'Unknown option "sing" of send. Did you mean "sign"',
		],
		[
			"the old name of an option of send",
			({ prolific }) =>
				prolific.send("study.status.change", {}, { assign: {} } as Unasked),
			'Unknown option "assign" of send. It is called "set" now.',
		],
		[
			"an option of wait",
			(hooks) => hooks.wait("state:failed", { timout: 1 } as Unasked),
			'Unknown option "timout" of wait. Did you mean "timeout"?',
		],
		[
			"a part of a call",
			({ prolific }) =>
				prolific.call("get-subscriptions", { qeury: {} } as Unasked),
			'Unknown option "qeury" of call("get-subscriptions"). Did you mean "query"?',
		],
		[
			"an outage",
			({ prolific }) => prolific.setOutage("pause" as Unasked, "x"),
			'Invalid outage "pause": must be one of none, paused, down. Did you mean "paused"?',
		],
		[
			"a way to resend",
			({ prolific }) =>
				prolific
					.send("study.status.change")
					.delivery.resend("exactly" as Unasked),
			'Invalid way to resend "exactly": must be "exact" or "resign".',
		],
	])("is refused: %s", async (_, call, message) => {
		const hooks = open();
		onTestFinished(() => hooks.close());

		expect(await failureOf(() => call(hooks))).toContain(message);
	});
});

function open() {
	return setupLocalhook({
		providers: ["prolific"],
		receiver: () => new Response(),
	});
}
