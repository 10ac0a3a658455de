import { hmac } from "../../signing/hmac.ts";

export const toSeconds = (milliseconds: number): string =>
	String(Math.floor(milliseconds / 1000));

/**
 * Base64 of HMAC-SHA256 over timestamp and body with nothing between them. The key is the secret's text as it stands,
 * though it looks like base64.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 */
export const signer = hmac({
	header: "X-Prolific-Request-Signature",
	encoding: "base64",
	timestamp: {
		header: "X-Prolific-Request-Timestamp",
		format: toSeconds,
		parse: (text) => (/^\d+$/.test(text) ? Number(text) * 1000 : Number.NaN),
	},
	content: (body, timestamp) => [timestamp, body],
});
