import type { Story } from "../story.ts";

/** A secret that the integrator chooses, and an API whose requests are signed too. */
export const spritz: Story = {
	provider: "spritz",
	credentials: ["int_demo:sk_test_demo"],
	chapters: [
		{
			title: "A secret of one's own choice, and a webhook",
			steps: [
				{
					kind: "call",
					method: "POST",
					path: "/v1/integrator/webhook-secret",
					body: { secret: "whsec_first_of_the_demo" },
					status: 200,
					secret: "whsec_first_of_the_demo",
					shows: { secretConfigured: true },
				},
				{
					kind: "call",
					method: "POST",
					path: "/v1/integrator/webhooks",
					body: { url: "<receiver>", events: ["*"] },
					status: 200,
				},
			],
		},
		{
			title: "An event is delivered, and the receiver verifies it",
			steps: [{ kind: "send", event: "payment.created", expect: {} }],
		},
		{
			title: "The receiver goes down: retries by the schedule",
			steps: [
				{ kind: "outage", outage: "down" },
				{
					kind: "send",
					event: "payment.updated",
					expect: { outcome: "unreachable" },
				},
				{ kind: "retry", times: 3, expect: { outcome: "unreachable" } },
			],
		},
		{
			title: "The receiver comes back, and the next retry arrives",
			steps: [
				{ kind: "outage", outage: "none" },
				{ kind: "retry", times: 1, expect: {} },
			],
		},
		{
			title: "The secret is replaced: the old one is worth nothing at once",
			steps: [
				{
					kind: "call",
					method: "POST",
					path: "/v1/integrator/webhook-secret",
					body: { secret: "whsec_second_of_the_demo" },
					status: 200,
					secret: "whsec_second_of_the_demo",
					shows: { secretConfigured: true },
				},
				{ kind: "send", event: "payment.completed", expect: {} },
			],
		},
		{
			title: "The same delivery once more, byte for byte",
			steps: [{ kind: "resend" }],
		},
		{
			title: "A wrong signature, which the receiver has to refuse",
			steps: [
				{
					kind: "send",
					event: "payment.refunded",
					sign: "wrong-secret",
					expect: { outcome: "refused" },
				},
			],
		},
	],
};
