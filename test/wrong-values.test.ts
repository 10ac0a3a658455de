import { describe, expect, it } from "vitest";
import { setupLocalhook } from "../src/msw/setup.ts";
import { matchers } from "../src/testing/matchers.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { withLocalhook } from "../src/testing/vitest.ts";
import { type OpenHooks, openHooks, type Unasked } from "./support/hooks.ts";

expect.extend(matchers);

const change = "study.status.change";

/** What no option and no argument takes. */
const wrong: readonly unknown[] = [
	null,
	Number.NaN,
	[1],
	new Date(Number.NaN),
	Symbol("s"),
	10n,
];
/** What some take. */
const [number, flag, text, record, code] = [-1, true, "?", { a: 1 }, () => 1];

/** The values that are not refused by an error of localhook's own, with what came of them. */
async function accepted(
	values: readonly unknown[],
	call: (value: Unasked) => unknown,
): Promise<readonly unknown[]> {
	const outcomes: unknown[] = [];
	for (const value of values) {
		try {
			await call(value as Unasked);
			outcomes.push([value, "accepted"]);
		} catch (error) {
			const { name } = error as Error;
			if (name !== "LocalhookError") outcomes.push([value, error]);
		}
	}
	return outcomes;
}

const options: Readonly<Record<string, readonly unknown[]>> = {
	providers: [number, flag, text, record, code],
	receiver: [number, flag, text, record],
	receiverHeaders: [number, flag, text, record, code],
	receiverCa: [number, flag, record, code],
	path: [number, flag, record],
	register: [number, text, record, code],
	clock: [number, flag, text, record, code],
	seed: [flag, record, code],
	options: [number, flag, text, record, code],
	credentials: [number, flag, text, record, code],
	faults: [number, flag, text, record, code],
	strict: [number, text, record, code],
	speed: [number, flag, text, record, code],
	limits: [number, flag, text, record, code],
};

describe("a value of the wrong kind is refused", () => {
	it.each(Object.entries(options))("as the option %s", async (name, more) => {
		const values = [...wrong, ...more];

		expect(
			await accepted(values, (value) => openHooks({ [name]: value })),
		).toEqual([]);
		expect(
			await accepted(values, (value) =>
				openHooks().scope({ [name]: value } as Unasked),
			),
		).toEqual([]);
	});

	it.each([
		["port", [number, flag, text, record, code, 65_536, 0.5]],
		["host", [number, flag, record, code]],
		["allowHosts", [number, flag, text, record, code]],
		["corsOrigins", [number, flag, text, record, code]],
		["token", [number, flag, text, record, code]],
	])("as the option %s of a server", async (name, more) => {
		expect(
			await accepted([...wrong, ...more], (value) =>
				startLocalhook({ providers: ["prolific"], [name]: value }),
			),
		).toEqual([]);
	});

	it.each<[string, (value: Unasked, hooks: OpenHooks) => unknown, unknown[]?]>([
		["the options of setupLocalhook", (value) => setupLocalhook(value)],
		["the options of withLocalhook", (value) => withLocalhook(value)],
		["baseUrl", (baseUrl) => setupLocalhook({ baseUrl }), [number, text]],
		["a limit", (calls) => openHooks({ limits: { calls } }), [number, text]],
		[
			"options of a provider",
			(prolific) => openHooks({ options: { prolific } }),
			[number, text],
		],
		[
			"credentials of a provider",
			(prolific) => openHooks({ credentials: { prolific } }),
			[number, text],
		],
		["the event of send", (value, { prolific }) => prolific.send(value)],
		[
			"one event in a list",
			(_, { prolific }) => prolific.send([change] as Unasked),
		],
		[
			"the payload merged by send",
			(value, { prolific }) => prolific.send(change, value),
			[number, text, code],
		],
		[
			"the options of send",
			(value, { prolific }) => prolific.send(change, {}, value),
			[number, text, code],
		],
		...(
			[
				"to",
				"endpoint",
				"workspace",
				"sign",
				"payload",
				"body",
				"set",
				"unchecked",
			] as const
		).map((name): [string, (value: Unasked, hooks: OpenHooks) => unknown] => [
			`${name} of send`,
			(value, { prolific }) =>
				prolific.send(change, undefined, { [name]: value }),
		]),
		["the operation of call", (value, { prolific }) => prolific.call(value)],
		[
			"the input of call",
			(value, { prolific }) => prolific.call("get-subscriptions", value),
			[number, text, code],
		],
		...(["params", "query", "headers", "credential"] as const).map(
			(name): [string, (value: Unasked, hooks: OpenHooks) => unknown] => [
				`${name} of call`,
				(value, { prolific }) =>
					prolific.call("get-subscriptions", { [name]: value }),
			],
		),
		[
			"a body that JSON cannot carry",
			(_, { prolific }) =>
				prolific.call("create-secret", { body: { a: 10n } as Unasked }),
		],
		[
			"the query of a list",
			(value, { prolific }) => prolific.subscriptions.list(value),
			[number, text, code],
		],
		[
			"what advance takes",
			(value, { clock }) => clock.advance(value),
			[number],
		],
		[
			"the options of drain",
			(value, { clock }) => clock.drain(value),
			[number, text, code],
		],
		[
			"attempts of drain",
			(attempts, { clock }) => clock.drain({ attempts }),
			[0, number, text, flag],
		],
		[
			"a query of entries",
			(value, { journal }) => journal.entries(value),
			[number, record],
		],
		[
			"a listener",
			(value, { journal }) => journal.follow(value),
			[number, text, record],
		],
		[
			"an outage",
			(value, { prolific }) => prolific.setOutage(value),
			[number, flag, text, record, code],
		],
		[
			"an endpoint of an outage",
			(value, { prolific }) => prolific.setOutage("down", value),
			[number, flag, text, record, code],
		],
		["a scenario", (value, hooks) => hooks.play(value), [number, text, record]],
		["a query", (value, hooks) => hooks.deliveries(value), [number, record]],
		["what wait waits for", (value, hooks) => hooks.wait(value)],
		["the options of wait", (value, hooks) => hooks.wait("", value)],
		[
			"count",
			(count, hooks) => hooks.wait("", { count }),
			[0, number, text, flag],
		],
		[
			"timeout",
			(timeout, hooks) => hooks.wait("", { timeout }),
			[number, text, Number.POSITIVE_INFINITY],
		],
		["signal", (signal, hooks) => hooks.wait("", { signal }), [record]],
		["what explain takes", (value, hooks) => hooks.explain(value), ["nope"]],
		["a snapshot", (value, hooks) => hooks.load(value), [number, record]],
		["what scope takes", (value, hooks) => hooks.scope(value), [number, code]],
		["the id of a provider", (value, hooks) => hooks.provider(value)],
		["an owner", (value, { prolific }) => prolific.secret.of(value)],
		[
			"an owner of a new secret",
			(value, { prolific }) => prolific.secret.replace(value),
		],
		[
			"a way to resend",
			(value, { prolific }) => prolific.send(change).delivery.resend(value),
		],
		[
			"the options of resend",
			async (value, { prolific }) => {
				const { delivery } = await prolific.send(change).settled;
				return delivery.resend("exact", value);
			},
			[number, text, code],
		],
		["a plan of faults", (value, hooks) => hooks.faults.set(value), [number]],
		[
			"a number of attempts",
			(value, { prolific }) =>
				expect(prolific.send(change)).toHaveAttempts(value),
			[text],
		],
		[
			"a pattern of an event",
			(value, { prolific }) =>
				expect(prolific.send(change)).toMatchEvent(value),
			[text],
		],
	])("%s", async (_, call, more = []) => {
		const hooks = openHooks();

		expect(
			await accepted([...wrong, ...more], (value) => call(value, hooks)),
		).toEqual([]);
	});

	it.each<[unknown, string]>([
		[
			{ seed: [1] },
			'Invalid option "seed" of setupLocalhook: [1] must be text or a finite number.',
		],
		[
			{ limits: { calls: -1 } },
			'Invalid option "calls" of limits: -1 must be a number that is not negative.',
		],
		[
			{ credentials: { prolific: "s3cret" } },
			'Invalid option "credentials" of setupLocalhook: what was given must be an object by provider id, each with a list of texts.',
		],
		[null, "Invalid options of setupLocalhook: null must be an object."],
	])("by what it must be: %j", (given, message) => {
		expect(() => setupLocalhook(given as Unasked)).toThrow(message);
	});
});
