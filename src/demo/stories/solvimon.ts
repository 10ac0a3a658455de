import type { Story } from "../story.ts";

const settings = {
	active: true,
	include_previous_data: false,
	authentication_type: "NONE",
};

/** Ordered deliveries, a penalty box, and two signatures for a day after a roll. */
export const solvimon: Story = {
	provider: "solvimon",
	chapters: [
		{
			title: "A receiver is registered, and gets a secret",
			steps: [
				{
					kind: "call",
					method: "POST",
					path: "/v1/webhooks",
					body: {
						...settings,
						url: "<receiver>",
						name: "Demo",
						reference: "demo",
					},
					status: 201,
					keep: { webhook: "id" },
				},
				{
					kind: "call",
					method: "PATCH",
					path: "/v1/webhooks/<webhook>/secret-key",
					body: settings,
					status: 200,
					keep: { key: "secret_key" },
					secret: "<key>",
				},
			],
		},
		{
			title: "An event is delivered, and the receiver verifies it",
			steps: [{ kind: "send", event: "CUSTOMER.CREATED", expect: {} }],
		},
		{
			title:
				"The receiver goes down: retries by the schedule, later events wait",
			steps: [
				{ kind: "outage", outage: "down" },
				{
					kind: "send",
					event: "INVOICE.CREATED",
					expect: { outcome: "unreachable" },
				},
				{ kind: "send", event: "INVOICE.PAID", expect: "waits" },
				{ kind: "retry", times: 3, expect: { outcome: "unreachable" } },
				{
					kind: "call",
					method: "GET",
					path: "/v1/webhooks/<webhook>",
					status: 200,
					shows: { penalty_box: "IN_PENALTY_BOX" },
				},
			],
		},
		{
			title: "The receiver comes back, and gets both in their order",
			steps: [
				{ kind: "outage", outage: "none" },
				{ kind: "retry", times: 1, expect: { attempts: 2 } },
			],
		},
		{
			title:
				"The secret is rolled: both sign for 24 hours, then only the new one",
			steps: [
				{
					kind: "call",
					method: "PATCH",
					path: "/v1/webhooks/<webhook>/secret-key",
					body: settings,
					status: 200,
					keep: { key: "secret_key" },
					secret: "<key>",
				},
				{ kind: "send", event: "CUSTOMER.UPDATED", expect: { secrets: 2 } },
				{ kind: "advance", by: "23h59m" },
				{ kind: "send", event: "CUSTOMER.UPDATED", expect: { secrets: 2 } },
				{ kind: "advance", by: "1m" },
				{ kind: "send", event: "CUSTOMER.UPDATED", expect: { secrets: 1 } },
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
					event: "INVOICE.PAID",
					sign: "wrong-secret",
					expect: { outcome: "refused" },
				},
			],
		},
	],
};
