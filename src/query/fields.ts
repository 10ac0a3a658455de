import { maskUrl } from "../mask-url.ts";
import type { Field } from "./field.ts";
import { body, freeText, id, name, prose } from "./text-fields.ts";
import { attempts, state, status, time } from "./value-fields.ts";

/** What a term can be about, by the name before its colon. */
export const fields = {
	id: id(
		{ summary: "the delivery's id", example: "id:dlv_4f*" },
		({ delivery }) => delivery.id,
	),
	event: id(
		{ summary: "the event's id or its type", example: "event:study.*" },
		({ delivery }) => delivery.event.id,
		({ delivery }) => delivery.event.type,
	),
	provider: name(
		{ summary: "the provider's id", example: "provider:prolific" },
		({ delivery }) => delivery.event.provider,
	),
	type: name(
		{ summary: "the event type", example: "type:study.*" },
		({ delivery }) => delivery.event.type,
	),
	state,
	status,
	endpoint: id(
		{ summary: "the endpoint's id", example: "endpoint:3c51f341*" },
		({ delivery }) => delivery.endpoint,
	),
	url: prose(
		{ summary: "a part of the registered URL", example: "url:/hooks" },
		({ delivery }) => maskUrl(delivery.url),
	),
	attempts,
	parent: id(
		{ summary: "the id of the delivery it repeats", example: "parent:*" },
		({ delivery }) => delivery.parent,
	),
	reason: prose(
		{
			summary: "a part of why it was not delivered",
			example: 'reason:"switched off"',
		},
		({ delivery }) => delivery.reason,
	),
	error: prose(
		{
			summary: "a part of the last attempt's error, of its code or its message",
			example: "error:timeout",
		},
		({ last }) => last?.error?.code,
		({ last }) => last?.error?.message,
	),
	before: time(
		{
			summary: "made earlier than a time, or than that long ago",
			example: "before:10m",
		},
		(createdAt, moment) => createdAt < moment,
	),
	after: time(
		{
			summary: "made at a time or later, or that long ago at the most",
			example: "after:2026-11-21T10:00:00Z",
		},
		(createdAt, moment) => createdAt >= moment,
	),
	body: body({ summary: "a part of the body", example: "body:paused" }),
} satisfies Record<string, Field>;

export type FieldName = keyof typeof fields;

/** The fields of a query, in the order in which help shows them. */
export const completions: readonly {
	readonly field: FieldName;
	readonly summary: string;
	readonly example: string;
}[] = Object.entries(fields).map(([field, { summary, example }]) => ({
	field: field as FieldName,
	summary,
	example,
}));

/** What else a query can say, for help as well. */
export const syntax: readonly {
	readonly summary: string;
	readonly example: string;
}[] = [
	{ summary: freeText.summary, example: freeText.example },
	{ summary: "both: every term counts", example: "type:study.* state:failed" },
	{ summary: "not", example: "-state:delivered" },
	{ summary: "one or the other", example: "state:failed,cancelled" },
	{ summary: "any characters, outside quotes", example: "type:*.change" },
	{
		summary: "spaces, colons, commas and stars as they are",
		example: '"a: b"',
	},
];
