import type { Attempt, Delivery } from "../../src/contract/records.ts";

/** A delivery as a journal sees it: mutable here, as its dispatcher would change it. */
export type Made = { -readonly [Key in keyof Delivery]: Delivery[Key] } & {
	attempts: Attempt[];
};

let made = 0;

export function deliveryOf(
	bytes: number,
	endpoint = "e1",
	provider = "acme",
): Made {
	made++;
	return {
		id: `dlv_${made}`,
		event: { id: `evt_${made}`, provider, type: "made", payload: {}, time: 0 },
		endpoint,
		url: "http://127.0.0.1/",
		body: new Uint8Array(bytes),
		headers: {},
		createdAt: 0,
		updatedAt: 0,
		attempts: [],
		state: "pending",
	};
}

/** An attempt that was answered with so many bytes; undefined: not at all. */
export function attemptOf(bytes: number | undefined): Attempt {
	const response = bytes !== undefined && {
		response: {
			status: 500,
			headers: {},
			body: new Uint8Array(bytes),
			truncated: false,
		},
	};
	return {
		number: 1,
		at: 0,
		duration: 0,
		url: "http://127.0.0.1/",
		headers: {},
		...response,
		ok: false,
	};
}
