import { describe, expect, it, onTestFinished } from "vitest";
import { engineOf } from "../src/hooks/create-hooks.ts";
import { timelineOf } from "../src/hooks/evidence.ts";
import type { HooksOptions } from "../src/hooks/options.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { matchers } from "../src/testing/matchers.ts";
import { acme, type Hook } from "./support/acme.ts";
import { hooksOf } from "./support/running-acme.ts";

expect.extend(matchers);

const type = "thing.made";
const url = "https://shop.example/hooks";
const receiver = () => new Response(null, { status: 204 });

/** @param own what the application has registered itself */
function start(options: HooksOptions<never> = {}, own?: Partial<Hook>) {
	const hooks = setupLocalhook({ providers: [acme()], ...options });
	onTestFinished(() => hooks.close());
	if (own !== undefined)
		hooksOf(engineOf(hooks)).put({
			id: "h1",
			url,
			secrets: ["s3cret"],
			...own,
		});
	return {
		send: (sent = type) => hooks.provider("acme").send(sent),
		timeline: () => timelineOf(engineOf(hooks)),
	};
}

async function failureOf(assertion: unknown): Promise<string> {
	return Promise.resolve(assertion).then(
		() => "nothing",
		(error: Error) => error.message,
	);
}

describe("an event that reaches nobody", () => {
	it.each<
		[what: string, type: string, own: Partial<Hook> | undefined, reason: string]
	>([
		[
			"while nobody is registered",
			type,
			undefined,
			`Nobody gets ${type}: no endpoint is registered at acme. Register one through its API, as the option "receiver" or with --receiver`,
		],
		[
			"of another type",
			"thing.lost",
			{ events: [type] },
			`No endpoint of acme gets thing.lost: ${url} is registered for ${type}.`,
		],
		[
			"while its endpoint gets nothing",
			type,
			{ off: "is asleep" },
			`No endpoint of acme gets ${type}: ${url} is asleep.`,
		],
	])("says why: %s", async (_, type, own, reason) => {
		const { send, timeline } = start({}, own);

		const sent = send(type);

		expect(sent.deliveries).toEqual([]);
		expect(() => sent.delivery).toThrow(reason);
		expect(await failureOf(expect(sent).toBeDelivered())).toContain(reason);
		expect(timeline()).toContain(reason);
	});
});

describe("an event that goes to the application's registration and to localhook's own", () => {
	const doubled =
		'one of them is the registration that localhook made for the option "receiver", http://receiver.localhost/webhooks/acme. Where the application registers itself, set register: false.';

	it("is told of in failures", async () => {
		const { send, timeline } = start({ receiver }, {});

		const sent = send();

		expect(sent.deliveries).toHaveLength(2);
		expect(() => sent.delivery).toThrow(doubled);
		await sent.settled;
		expect(
			await failureOf((async () => expect(sent).toHaveAttempts(2))()),
		).toContain(doubled);
		expect(timeline()).toContain(doubled);
	});

	it("is not told of where the application alone registers, nor of what is sent again", async () => {
		const alone = start({ receiver, register: false }, {});
		const again = start({ receiver });

		await alone.send().settled;
		const { delivery } = await again.send().settled;
		await delivery.resend("exact").settled;

		for (const { timeline } of [alone, again])
			expect(timeline()).not.toContain("register: false");
	});
});
