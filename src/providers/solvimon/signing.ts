import type { DeliveryPolicy } from "../../contract/policy.ts";
import type { Signer } from "../../contract/signing.ts";
import { hmac } from "../../signing/hmac.ts";
import type { Options } from "./shape.ts";
import { fromIso, toIso } from "./time.ts";

/**
 * `v1=` and the HMAC of the timestamp header, a dot and the body, once for each secret.
 *
 * Source: https://docs.solvimon.com/platform-guides/for-developers/webhooks
 */
export function createSigner({ hexCase, separator }: Options): Signer {
	return hmac({
		header: "X-PAYLOAD-SIGNATURE",
		encoding: hexCase === "upper" ? "HEX" : "hex",
		timestamp: {
			header: "X-PAYLOAD-SIGNATURE-TIMESTAMP",
			format: toIso,
			parse: fromIso,
			tolerance: 5 * 60 * 1000,
		},
		content: (body, timestamp) => [`${timestamp}.`, body],
		join: (signatures) =>
			signatures
				.map((signature) => `v1=${signature}`)
				.join(separator === "comma" ? "," : " "),
		split,
	});
}

/** The `v1` signatures of a header. Pairs of another version are for receivers that know it. */
function split(header: string): string[] | undefined {
	const pairs = header.split(/[ ,]+/).map((pair) => /^v(\d+)=(.*)$/.exec(pair));
	if (pairs.includes(null)) return undefined;
	return pairs
		.filter((pair) => pair?.[1] === "1")
		.map((pair) => pair?.[2] ?? "");
}

const minute = 60 * 1000;
const hour = 60 * minute;

/** Later deliveries of a webhook wait behind a failing one: https://docs.solvimon.com/docs/webhooks-1 */
export const policy: DeliveryPolicy = {
	timeout: 10 * 1000,
	ordered: true,
	retry: {
		delays: [
			2 * minute,
			4 * minute,
			8 * minute,
			16 * minute,
			32 * minute,
			hour,
			2 * hour,
			4 * hour,
			8 * hour,
		],
		thenEvery: 8 * hour,
		jitter: "none",
		maxElapsed: 7 * 24 * hour,
	},
};
