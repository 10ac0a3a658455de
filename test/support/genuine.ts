import { createHmac, timingSafeEqual } from "node:crypto";

/** What a receiver has in its hands. */
export interface Handed {
	readonly headers: (name: string) => string | undefined;
	readonly body: Uint8Array;
	readonly secret: string;
}

/** What each provider tells its users to check, written again with `node:crypto` alone. */
export const genuine: Readonly<Record<string, (handed: Handed) => boolean>> = {
	prolific({ headers, body, secret }) {
		const digest = createHmac("sha256", secret)
			.update(headers("x-prolific-request-timestamp") ?? "")
			.update(body)
			.digest("base64");
		return same(digest, headers("x-prolific-request-signature"));
	},
	spritz: ({ headers, body, secret }) =>
		same(
			createHmac("sha256", secret).update(body).digest("hex"),
			headers("signature"),
		),
	solvimon({ headers, body, secret }) {
		const time = headers("x-payload-signature-timestamp");
		const digest = createHmac("sha256", secret)
			.update(`${time}.`)
			.update(body)
			.digest("hex");
		const given = headers("x-payload-signature")?.toLowerCase().split(",");
		return given?.some((each) => same(`v1=${digest}`, each)) ?? false;
	},
	openformat: ({ headers, body, secret }) =>
		same(
			createHmac("sha256", secret).update(body).digest("base64"),
			headers("x-openformat-signature"),
		),
};

/** One event of each provider. */
export const usualEvent = {
	prolific: "study.status.change",
	spritz: "payment.completed",
	solvimon: "CUSTOMER.CREATED",
	openformat: "transaction",
} as const;

function same(expected: string, given: string | undefined): boolean {
	const [a, b] = [Buffer.from(expected), Buffer.from(given ?? "")];
	return a.length === b.length && timingSafeEqual(a, b);
}
