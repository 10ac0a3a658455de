import { maskUrl } from "../mask-url.ts";
import type { Field } from "./field.ts";
import { body, prose } from "./text-fields.ts";

const help = {
	summary: "a part of its id, event id, type, url, reason or body",
	example: '"in review"',
};
const head = prose(
	help,
	({ delivery }) => delivery.id,
	({ delivery }) => delivery.event.id,
	({ delivery }) => delivery.event.type,
	({ delivery }) => maskUrl(delivery.url),
	({ delivery }) => delivery.reason,
);
const rest = body(help);

/** What a term without a field is about. */
export const freeText: Field = {
	...help,
	readsBody: true,
	read(pattern, refuse) {
		const isInHead = head.read(pattern, refuse);
		const isInBody = rest.read(pattern, refuse);
		return (subject) => isInHead(subject) || isInBody(subject);
	},
	found: () => undefined,
};
