import { describe, expect, it } from "vitest";
import type { DeliveryPolicy } from "../src/contract/policy.ts";
import { type Preset, presetNames, presetOf } from "../src/presets.ts";
import { emit, minute, second, states } from "./support/dispatching.ts";
import { policyOf } from "./support/policy.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

const hour = 60 * minute;

describe("The delivery rules of a preset", () => {
	it.each<[string, Partial<DeliveryPolicy>]>([
		["github", { timeout: 10 * second, ordered: false }],
		["shopify", { timeout: 5 * second, connectTimeout: second }],
		["zoom", { success: [200, 204] }],
		["standard-webhooks", { stop: [410], retryAfter: true }],
		["slack", { retry: { delays: [0, minute, 5 * minute], jitter: "none" } }],
		[
			"pagerduty",
			{
				ordered: true,
				stop: ["4xx"],
				disableAfter: { deliveries: 3, for: 24 * hour },
			},
		],
	])("become a policy: %s", (name, policy) => {
		expect(policyOf(presetOf(name).delivery)).toMatchObject(policy);
	});

	const memberOf: Readonly<
		Record<keyof Preset["delivery"], keyof DeliveryPolicy>
	> = {
		timeout: "timeout",
		connectTimeout: "connectTimeout",
		retries: "retry",
		success: "success",
		stop: "stop",
		retryAfter: "retryAfter",
		order: "ordered",
		disableAfter: "disableAfter",
	};

	it.each(presetNames)("are read whole, and no rule is added: %s", (name) => {
		const { delivery } = presetOf(name);
		const rules = Object.keys(delivery) as (keyof Preset["delivery"])[];

		const policy = policyOf(delivery);

		expect(rules.map((rule) => memberOf[rule])).not.toContain(undefined);
		expect(new Set(Object.keys(policy))).toEqual(
			new Set(["ordered", ...rules.map((rule) => memberOf[rule])]),
		);
		expect(policy.retry.delays).toHaveLength(delivery.retries.length);
		expect(policy.connectTimeout ?? 1).toBeLessThan(policy.timeout);
	});

	it.each(presetNames)("deliver, and retry to the end: %s", async (name) => {
		const policy = policyOf(presetOf(name).delivery);
		const { engine, hook } = await startAcme({ policy });
		const receiver = await openReceiver();
		receiver.answer(...policy.retry.delays.map(() => ({ status: 503 })), {
			status: policy.success?.[0] === 204 ? 204 : 200,
		});
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "a");
		await engine.time.drain();

		expect(delivery?.state).toBe("delivered");
		expect(delivery?.attempts).toHaveLength(policy.retry.delays.length + 1);
	});

	it("disable an endpoint of PagerDuty's for a day", async () => {
		const policy = policyOf(presetOf("pagerduty").delivery);
		const { engine, hook } = await startAcme({ policy });
		const receiver = await openReceiver();
		receiver.answer({ status: 400 }, { status: 400 }, { status: 400 }, {});
		hook("h1", receiver.url);

		const made = await emit(engine, "a", "b", "c");
		const meanwhile = await emit(engine, "d");
		await engine.advance(24 * hour);
		const after = await emit(engine, "e");

		expect(states([...made, ...meanwhile, ...after])).toEqual([
			"failed",
			"failed",
			"failed",
			"cancelled",
			"delivered",
		]);
	});
});
