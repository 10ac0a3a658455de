import type { Story } from "../story.ts";

/** A webhook that has to pass a test, and no retries: what is missed has to be sent again by hand. */
export const openformat: Story = {
	provider: "openformat",
	chapters: [
		{
			title: "A secret, a webhook, and the test that enables it",
			steps: [
				{
					kind: "call",
					method: "POST",
					path: "/v1/webhook/secret",
					status: 200,
					keep: { value: "webhook_secret" },
					secret: "<value>",
				},
				{
					kind: "call",
					method: "POST",
					path: "/v1/webhook",
					body: { url: "<receiver>" },
					status: 201,
					keep: { webhook: "webhook.id" },
					shows: { "webhook.disabled": true },
				},
				{
					kind: "call",
					method: "POST",
					path: "/v1/webhook/<webhook>/test",
					status: 200,
					shows: { "webhook.disabled": false },
					expect: {},
				},
			],
		},
		{
			title: "An event is delivered, and the receiver verifies it",
			steps: [{ kind: "send", event: "transaction", expect: {} }],
		},
		{
			title: "The receiver goes down: there are no retries",
			steps: [
				{ kind: "outage", outage: "down" },
				{
					kind: "send",
					event: "transaction",
					expect: { outcome: "unreachable", givesUp: true },
				},
			],
		},
		{
			title: "The receiver comes back, and what it missed is sent again",
			steps: [{ kind: "outage", outage: "none" }, { kind: "resend" }],
		},
		{
			title: "The secret is replaced: the old one is worth nothing at once",
			steps: [
				{
					kind: "call",
					method: "POST",
					path: "/v1/webhook/secret",
					status: 200,
					keep: { value: "webhook_secret" },
					secret: "<value>",
				},
				{ kind: "send", event: "transaction", expect: {} },
			],
		},
		{
			title: "A wrong signature, which the receiver has to refuse",
			steps: [
				{
					kind: "send",
					event: "transaction",
					sign: "wrong-secret",
					expect: { outcome: "refused", givesUp: true },
				},
			],
		},
	],
};
