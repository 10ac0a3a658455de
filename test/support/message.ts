import type { Message } from "../../src/contract/signing.ts";

/** A request to be signed, of which a test names what it is about. */
export function messageOf(
	parts: Partial<Message> & Pick<Message, "body" | "secrets" | "at">,
): Message {
	return {
		id: "evt_1",
		type: "order.paid",
		url: "https://example.com/hooks?a=1",
		method: "POST",
		headers: {},
		...parts,
	};
}
