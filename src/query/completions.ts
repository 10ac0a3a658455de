import { type FieldName, fields } from "./fields.ts";
import { freeText } from "./free-text.ts";

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
