import { expect, it } from "vitest";
import { exchange } from "../support/http.ts";
import { serve } from "../support/server.ts";

const key = { "x-api-key": "12345678" };

it.each(["acme.solvimon.com", "ACME.solvimon.com:443"])(
	"the Host %s of a customer's own reaches the provider",
	async (host) => {
		const { url } = await serve("solvimon");
		const list = () => exchange(url, "GET", "/v1/webhooks", { host, ...key });

		expect((await list()).status).toBe(200);
		expect((await list()).status).toBe(200);
	},
);

it.each(["docs.solvimon.com", "acme.desk.solvimon.com", "solvimon.com"])(
	"the Host %s is refused, although it is the provider's",
	async (host) => {
		const { url } = await serve("solvimon");

		expect((await exchange(url, "GET", "/v1/webhooks", { host })).status).toBe(
			403,
		);
	},
);

it.each(["\r\nX-Injected: 1", "\n", "\r", "\0"])(
	"a header that its deliveries are to carry is refused when it contains %j",
	async (text) => {
		const { url } = await serve("solvimon");
		const body = {
			name: "n",
			active: true,
			url: "http://127.0.0.1:1/",
			authentication_type: "API_KEY",
		};

		for (const settings of [
			{ api_key: `k${text}`, api_header_field: "X-Key" },
			{ api_key: "k", api_header_field: `X-Key${text}` },
		]) {
			const answer = await exchange(
				url,
				"POST",
				"/solvimon/v1/webhooks",
				{ ...key, "content-type": "application/json" },
				JSON.stringify({ ...body, ...settings }),
			);
			expect(answer.status).toBe(400);
		}
	},
);
