// The official verifiers, each called as its documentation says: they throw or answer false for what they refuse.
// Run as `node verifiers.mjs <preset> request.json`; prints "accepted" or "refused: <why>".
import { readFile } from "node:fs/promises";

/**
 * @typedef {object} Request
 * @property {Record<string, string>} headers lower-case names
 * @property {string} body
 * @property {string} url
 * @property {string} secret what a receiver is given: of a key pair, the public one
 * @property {number} now epoch milliseconds
 */

/** @type {Record<string, (request: Request) => Promise<unknown>>} */
const verifiers = {
	"standard-webhooks": async ({ headers, body, secret }) => {
		const { Webhook } = await import("standardwebhooks");
		new Webhook(secret).verify(body, headers);
	},
	"standard-webhooks by openai": async ({ headers, body, secret }) => {
		const { default: OpenAI } = await import("openai");
		const { webhooks } = new OpenAI({ apiKey: "none" });
		await webhooks.verifySignature(body, headers, secret);
	},
	stripe: async ({ headers, body, secret }) => {
		const { default: Stripe } = await import("stripe");
		const { webhooks } = new Stripe("sk_test_none");
		webhooks.constructEvent(body, headers["stripe-signature"], secret);
	},
	github: async ({ headers, body, secret }) => {
		const { verify } = await import("@octokit/webhooks-methods");
		return verify(secret, body, headers["x-hub-signature-256"]);
	},
	slack: async ({ headers, body, secret: signingSecret }) => {
		const { default: bolt } = await import("@slack/bolt");
		bolt.verifySlackRequest({ signingSecret, body, headers });
	},
	shopify: async ({ headers, body, secret }) => {
		await import("@shopify/shopify-api/adapters/node");
		const { shopifyApi, ApiVersion } = await import("@shopify/shopify-api");
		const { webhooks } = shopifyApi({
			apiSecretKey: secret,
			apiKey: "none",
			hostName: "example.com",
			apiVersion: Object.values(ApiVersion)[0],
			isEmbeddedApp: false,
			logger: { level: 0 },
		});
		const more = {
			"x-shopify-topic": "orders/create",
			"x-shopify-api-version": "2026-01",
			"x-shopify-shop-domain": "example.myshopify.com",
			"x-shopify-webhook-id": "1",
		};
		const { valid } = await webhooks.validate({
			rawBody: body,
			rawRequest: { method: "POST", headers: { ...more, ...headers } },
		});
		return valid;
	},
	twilio: async ({ headers, body, url, secret }) => {
		const { default: twilio } = await import("twilio");
		const fields = Object.fromEntries(new URLSearchParams(body));
		return twilio.validateRequest(
			secret,
			headers["x-twilio-signature"],
			url,
			fields,
		);
	},
	square: async ({ headers, body, url, secret }) => {
		const { WebhooksHelper } = await import("square");
		return WebhooksHelper.verifySignature({
			requestBody: body,
			signatureHeader: headers["x-square-hmacsha256-signature"],
			signatureKey: secret,
			notificationUrl: url,
		});
	},
	adyen: async ({ headers, body, secret }) => {
		const { default: adyen } = await import("@adyen/api-library");
		return new adyen.hmacValidator().validateHMACSignature(
			secret,
			headers.hmacsignature,
			body,
		);
	},
	sendgrid: async ({ headers, body, secret }) => {
		const { default: sendgrid } = await import("@sendgrid/eventwebhook");
		const verifier = new sendgrid.EventWebhook();
		return verifier.verifySignature(
			verifier.convertPublicKeyToECDSA(secret),
			body,
			headers["x-twilio-email-event-webhook-signature"],
			headers["x-twilio-email-event-webhook-timestamp"],
		);
	},
	linear: async ({ headers, body, secret }) => {
		const { LinearWebhookClient } = await import("@linear/sdk/webhooks");
		return new LinearWebhookClient(secret).verify(
			Buffer.from(body),
			headers["linear-signature"],
			headers["linear-timestamp"],
		);
	},
	discord: async ({ headers, body, secret }) => {
		const { verifyKey } = await import("discord-interactions");
		return verifyKey(
			body,
			headers["x-signature-ed25519"],
			headers["x-signature-timestamp"],
			secret,
		);
	},
	...hubspot("hubspot", "v3", "x-hubspot-signature-v3"),
	...hubspot("hubspot-v1", "v1", "x-hubspot-signature"),
	...hubspot("hubspot-v2", "v2", "x-hubspot-signature"),
	line: async ({ headers, body, secret }) => {
		const { validateSignature } = await import("@line/bot-sdk");
		return validateSignature(body, secret, headers["x-line-signature"]);
	},
	paddle: async ({ headers, body, secret }) => {
		const { Paddle } = await import("@paddle/paddle-node-sdk");
		const { webhooks } = new Paddle("none");
		await webhooks.unmarshal(body, secret, headers["paddle-signature"]);
	},
	svix: async ({ headers, body, secret }) => {
		const { Webhook } = await import("svix");
		new Webhook(secret).verify(body, headers);
	},
	"svix by clerk": async ({ headers, body, url, secret: signingSecret }) => {
		const { verifyWebhook } = await import("@clerk/backend/webhooks");
		const request = new Request(url, { method: "POST", headers, body });
		await verifyWebhook(request, { signingSecret });
	},
	"svix by resend": async ({ headers, body, secret: webhookSecret }) => {
		const { Resend } = await import("resend");
		new Resend("re_none").webhooks.verify({
			payload: body,
			headers: {
				id: headers["svix-id"],
				timestamp: headers["svix-timestamp"],
				signature: headers["svix-signature"],
			},
			webhookSecret,
		});
	},
};

/**
 * @param {string} preset
 * @param {string} signatureVersion
 * @param {string} header
 * @returns {typeof verifiers}
 */
function hubspot(preset, signatureVersion, header) {
	return {
		[preset]: async ({ headers, body, url, secret: clientSecret }) => {
			const { Signature } = await import("@hubspot/api-client");
			return Signature.isValid({
				signature: headers[header],
				signatureVersion,
				clientSecret,
				method: "POST",
				url,
				requestBody: body,
				timestamp: Number(headers["x-hubspot-request-timestamp"]),
			});
		},
	};
}

const [name = "", file = ""] = process.argv.slice(2);
if (name === "--list") console.log(Object.keys(verifiers).join("\n"));
else {
	const request = JSON.parse(await readFile(file, "utf8"));
	const verify = verifiers[name];
	/** The verifiers read the time by themselves: it stands still here. */
	Date.now = () => request.now;
	globalThis.Date = class extends Date {
		constructor(...given) {
			super(...(given.length === 0 ? [request.now] : given));
		}
	};
	const outcome = await verify(request).then(
		(answer) => (answer === false ? "refused" : "accepted"),
		(error) => `refused: ${error.message}`,
	);
	console.log(outcome.split("\n", 1)[0]);
}
