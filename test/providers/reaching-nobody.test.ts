import { describe, expect, it, onTestFinished } from "vitest";
import { engineOf } from "../../src/hooks/create-hooks.ts";
import type { ProviderId } from "../../src/hooks/document-types.ts";
import { timelineOf } from "../../src/hooks/evidence.ts";
import type { HooksOptions } from "../../src/hooks/options.ts";
import { setupLocalhook } from "../../src/msw/setup.ts";
import { matchers } from "../../src/testing/matchers.ts";

expect.extend(matchers);

const change = "study.status.change";
const url = "https://shop.example/hooks";
const workspace_id = "63722982f9cc073ecc730f6b";

function start<Id extends ProviderId>(
	provider: Id,
	options: HooksOptions<Id> = {},
) {
	const hooks = setupLocalhook({ providers: [provider], ...options });
	onTestFinished(() => hooks.close());
	return hooks;
}

async function startSubscribed(options: HooksOptions<"prolific"> = {}) {
	const hooks = start("prolific", options);
	await hooks.prolific.call("create-secret", { body: { workspace_id } });
	const { body, headers } = await hooks.prolific.subscriptions.create({
		event_type: change,
		target_url: url,
		workspace_id,
	});
	const { id } = body as { id: string };
	const secret = headers.get("x-hook-secret") ?? "";
	return { hooks, id, secret };
}

async function failureOf(assertion: unknown): Promise<string> {
	return Promise.resolve(assertion).then(
		() => "nothing",
		(error: Error) => error.message,
	);
}

type Case = readonly [
	what: string,
	emit: () => Promise<{ hooks: ReturnType<typeof start>; type: string }>,
	reason: string,
];

describe("an event that a provider sends to nobody", () => {
	it.each<Case>([
		[
			"while Prolific's subscription is not confirmed",
			async () => ({ ...(await startSubscribed()), type: change }),
			`${url} waits for its confirmation: send the X-Hook-Secret of the reply that created it, as { "secret": "..." }, to POST /api/v1/hooks/subscriptions/`,
		],
		[
			"of another type",
			async () => ({
				...(await startSubscribed()),
				type: "study.progress.change",
			}),
			`No endpoint of prolific gets study.progress.change: ${url} is registered for ${change}.`,
		],
		[
			"when Prolific's subscription is switched off",
			async () => {
				const { hooks, id, secret } = await startSubscribed();
				await hooks.prolific.subscriptions.confirm(id, { secret });
				await hooks.prolific.call("update-subscription", {
					params: { subscription_id: id },
					body: { is_enabled: false },
				});
				return { hooks, type: change };
			},
			"is switched off: by an update, or after five days of failures",
		],
		[
			"while OpenFormat's webhook is not tested",
			async () => {
				const hooks = start("openformat");
				await hooks.openformat.subscriptions.create({ url });
				return { hooks, type: "transaction" };
			},
			"waits for its test, which its receiver has to pass: POST /webhook/1/test (test-webhook)",
		],
		[
			"while OpenFormat's account has no secret",
			async () => {
				const options = { initialSecret: "none", verification: "off" };
				const hooks = start("openformat", { options: { openformat: options } });
				await hooks.openformat.subscriptions.create({ url });
				return { hooks, type: "transaction" };
			},
			"the account has no secret to sign with: POST /webhook/secret",
		],
		[
			"that Solvimon's webhook excludes",
			async () => {
				const hooks = start("solvimon", { receiver: () => new Response() });
				const [{ id } = { id: "" }] = hooks.solvimon.endpoints();
				await hooks.solvimon.call("update-webhook", {
					params: { resourceId: id },
					body: { excluded_actions: ["INVOICE.PAID"] } as never,
				});
				return { hooks, type: "INVOICE.PAID" };
			},
			"is registered for CUSTOMER.CREATED, ",
		],
		[
			"while Solvimon's webhook is inactive",
			async () => {
				const hooks = start("solvimon", { receiver: () => new Response() });
				const [{ id } = { id: "" }] = hooks.solvimon.endpoints();
				await hooks.solvimon.call("update-webhook", {
					params: { resourceId: id },
					body: { active: false } as never,
				});
				return { hooks, type: "INVOICE.PAID" };
			},
			'is not active: set "active" to true with update-webhook',
		],
		[
			"after Spritz has disabled the webhook",
			async () => {
				const hooks = start("spritz", {
					receiver: () => new Response(null, { status: 500 }),
					options: { spritz: { disableAfter: "10" } },
				});
				for (let i = 0; i < 10; i++) hooks.spritz.send("payment.created");
				await hooks.idle();
				return { hooks, type: "payment.created" };
			},
			"was disabled after too many failures",
		],
	])("says why: %s", async (_, emit, reason) => {
		const { hooks, type } = await emit();
		const [provider = ""] = engineOf(hooks).sessions.keys();

		const sent = hooks.provider(provider).send(type);

		expect(sent.deliveries).toEqual([]);
		expect(() => sent.delivery).toThrow(reason);
		expect(await failureOf(expect(sent).toBeDelivered())).toContain(reason);
		expect(timelineOf(engineOf(hooks))).toContain(reason);
	});
});
