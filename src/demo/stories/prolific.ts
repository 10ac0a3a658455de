import type { Story } from "../story.ts";

const event = "study.status.change";
const workspace_id = "63722982f9cc073ecc730f6b";

/** A subscription that has to be confirmed, and retries whose times are drawn. */
export const prolific: Story = {
	provider: "prolific",
	chapters: [
		{
			title: "A secret, a subscription, and its confirmation",
			steps: [
				{
					kind: "call",
					method: "POST",
					path: "/api/v1/hooks/secrets/",
					body: { workspace_id },
					status: 201,
					keep: { value: "value" },
					secret: "<value>",
				},
				{
					kind: "call",
					method: "POST",
					path: "/api/v1/hooks/subscriptions/",
					body: { workspace_id, event_type: event, target_url: "<receiver>" },
					status: 201,
					keep: { subscription: "id" },
					keepHeaders: { token: "X-Hook-Secret" },
					shows: { is_enabled: false },
				},
				{
					kind: "call",
					method: "POST",
					path: "/api/v1/hooks/subscriptions/<subscription>/",
					body: { secret: "<token>" },
					status: 200,
					shows: { is_enabled: true },
				},
			],
		},
		{
			title: "An event is delivered, and the receiver verifies it",
			steps: [{ kind: "send", event, expect: {} }],
		},
		{
			title: "The receiver goes down: retries at random times, ever later",
			steps: [
				{ kind: "outage", outage: "down" },
				{ kind: "send", event, expect: { outcome: "unreachable" } },
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
					path: "/api/v1/hooks/secrets/",
					body: { workspace_id },
					status: 201,
					keep: { value: "value" },
					secret: "<value>",
				},
				{ kind: "send", event, expect: {} },
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
					event,
					sign: "wrong-secret",
					expect: { outcome: "refused" },
				},
			],
		},
	],
};
