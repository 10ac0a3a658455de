import { expect, test } from "vitest";
import { listening } from "../support/msw-setup.ts";

/*
 * The calls of Prolific's reference, as they stand there:
 * https://beta-docs.prolific.com/api-reference/webhooks/create-secret
 * https://beta-docs.prolific.com/api-reference/webhooks/confirm-subscription
 */
const samples = [
	{
		operation: "create-secret",
		url: "https://api.prolific.com/api/v1/hooks/secrets/",
		options: {
			method: "POST",
			headers: { Authorization: "", "Content-Type": "application/json" },
			body: '{"workspace_id":"63519c1d5b139662f8cde482"}',
		},
	},
	{
		operation: "confirm-subscription",
		url: "https://api.prolific.com/api/v1/hooks/subscriptions/subscription_id/",
		options: {
			method: "POST",
			headers: { Authorization: "", "Content-Type": "application/json" },
			body: '{"secret":"a1b2c3d4e5f6g7h8i9j0klmnopqrstuvwx1234567890abcdef"}',
		},
	},
];

test.each(samples)(
	"the documented call of $operation reaches it, and is asked for the token that it leaves out",
	async ({ url, options }) => {
		listening({ providers: ["prolific"] });

		const response = await fetch(url, options);
		const data = await response.json();

		expect(response.status).toBe(401);
		expect(data).toMatchObject({ error: { status: 401 } });
	},
);

test("the documented call of create-secret with a token creates a secret", async () => {
	const { hooks } = listening({ providers: ["prolific"] });
	const [{ url, options }] = samples as [(typeof samples)[0]];
	const headers = {
		...options.headers,
		Authorization: `Token ${hooks.prolific.credential}`,
	};

	const response = await fetch(url, { ...options, headers });
	const data = await response.json();

	expect(response.status).toBe(201);
	expect(data).toEqual({
		id: expect.any(String),
		value: hooks.prolific.secret.current,
		workspace_id: "63519c1d5b139662f8cde482",
	});
});

test("the documented call of confirm-subscription with a token is told that there is no such subscription", async () => {
	const { hooks } = listening({ providers: ["prolific"] });
	const [, { url, options }] = samples as [unknown, (typeof samples)[0]];

	const response = await fetch(url, {
		...options,
		headers: {
			...options.headers,
			Authorization: `Token ${hooks.prolific.credential}`,
		},
	});

	expect(response.status).toBe(404);
});
