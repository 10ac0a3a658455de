import { createHmac } from "node:crypto";
import { expect, onTestFinished } from "vitest";
import type { Face } from "../support/faces.ts";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const unknownWebhook = "whk_00000000000000000000";
export const unknownEvent = "whev_00000000000000000000";
/** What the older documentation wants to roll a secret. */
export const rollBody = {
	active: true,
	include_previous_data: false,
	authentication_type: "NONE",
};

/** Starts Solvimon through a face, with a receiver beside it. */
export async function startSolvimon(
	open: Face["open"],
	options?: Parameters<Face["open"]>[1],
) {
	const { engine, caller } = await open("solvimon", options);
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	const call = caller({ "x-api-key": "test-key" });
	let created = 0;
	return {
		engine,
		caller,
		call,
		receiver,
		/** A webhook at the receiver, for everything. */
		async createWebhook(settings: object = {}) {
			const reference = `webhook_${++created}`;
			const answer = await call("POST", "/v1/webhooks", {
				url: receiver.url,
				name: "Hook",
				reference,
				...settings,
			});
			expect(answer.status).toBe(201);
			return answer.body;
		},
		async rollSecret(id: string): Promise<string> {
			const answer = await call(
				"PATCH",
				`/v1/webhooks/${id}/secret-key`,
				rollBody,
			);
			expect(answer.status).toBe(200);
			return answer.body.secret_key;
		},
		/** The bodies received so far, parsed. */
		bodies: () =>
			receiver.requests.map(({ body }) => JSON.parse(body.toString())),
	};
}

/** A server answers with header names in lower case. */
export function requestIdOf({
	headers,
}: {
	headers: Readonly<Record<string, string>>;
}): string {
	return headers["X-REQUEST-ID"] ?? (headers["x-request-id"] as string);
}

/** By Solvimon's description, and by no code of ours. */
export function signatureOf(
	{ headers, body }: ReceivedRequest,
	secret: string,
): string {
	const content = Buffer.concat([
		Buffer.from(`${headers["x-payload-signature-timestamp"]}.`),
		body,
	]);
	return `v1=${createHmac("sha256", secret).update(content).digest("hex").toUpperCase()}`;
}

/** The headers that the provider chose, as they were sent, without those of the HTTP client. */
export function pairsOf(
	request: ReceivedRequest | undefined,
): [string, string][] {
	const raw = request?.rawHeaders ?? [];
	const pairs = raw.flatMap((name, i) =>
		i % 2 === 0 ? [[name, raw[i + 1]] as [string, string]] : [],
	);
	return pairs
		.filter(
			([name]) =>
				!["host", "connection", "content-length"].includes(name.toLowerCase()),
		)
		.sort();
}
