import { bytesOf, hexOf, textOf } from "../bytes.ts";
import { parsedJson, stepsOf } from "../json.ts";
import { crc32, sha256 } from "./digests.ts";

type Chunk = string | Uint8Array;

export interface Values {
	readonly id: string;
	readonly type: string;
	readonly url: string;
	readonly method: string;
	readonly body: Uint8Array;
	/** The time as the scheme writes it. */
	readonly timestamp: string;
	readonly secret: string;
}

/** What a name in braces stands for in signed content; `json:/a/b` is one more. */
const contentNames: Readonly<Record<string, (values: Values) => Chunk>> = {
	body: ({ body }) => body,
	"body.crc32": ({ body }) => String(crc32(body)),
	"body.form": ({ body }) => sortedForm(body),
	"body.sha256": ({ body }) => hexOf(sha256(body)),
	id: ({ id }) => id,
	method: ({ method }) => method,
	secret: ({ secret }) => secret,
	timestamp: ({ timestamp }) => timestamp,
	type: ({ type }) => type,
	url: ({ url }) => url,
};

export const namesInContent = [...Object.keys(contentNames), "json:/pointer"];
export const namesInSignature = ["signature"];
export const namesInHeader = ["id", "signatures", "timestamp", "type"];

export function namesIn(template: string): string[] {
	return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
}

export function isContentName(name: string): boolean {
	return Object.hasOwn(contentNames, name) || name.startsWith("json:/");
}

/** The pieces of the signed content. A template is read once, and used for every delivery. */
export function contentOf(template: string): (values: Values) => Chunk[] {
	const pieces = piecesOf(template).map((piece) =>
		"name" in piece ? chunkOf(piece.name) : piece.value,
	);
	return (values) =>
		pieces.map((piece) => (typeof piece === "string" ? piece : piece(values)));
}

function chunkOf(name: string): (values: Values) => Chunk {
	if (name.startsWith("json:/"))
		return ({ body }) => valueAt(body, stepsOf(name));
	return contentNames[name] as (values: Values) => Chunk;
}

export function textIn(
	template: string,
): (values: Readonly<Record<string, string>>) => string {
	const pieces = piecesOf(template);
	return (values) => {
		let text = "";
		for (const piece of pieces)
			text += "name" in piece ? (values[piece.name] ?? "") : piece.value;
		return text;
	};
}

/** Reads back what {@link textIn} has written: a group for each name. */
export function patternOf(template: string): RegExp {
	const pieces = piecesOf(template).map((piece) =>
		"name" in piece
			? `(?<${piece.name}>.+?)`
			: piece.value.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
	);
	return new RegExp(`^${pieces.join("")}$`, "s");
}

export function piecesOf(
	template: string,
): ({ readonly value: string } | { readonly name: string })[] {
	return template
		.split(/(\{[^{}]*\})/)
		.filter((piece) => piece !== "")
		.map((piece) =>
			piece.startsWith("{") && piece.endsWith("}")
				? { name: piece.slice(1, -1) }
				: { value: piece },
		);
}

/**
 * The fields of a form, sorted by name and then by value, none twice, each name and value joined:
 * https://github.com/twilio/twilio-node/blob/main/src/webhooks/webhooks.ts
 */
function sortedForm(body: Uint8Array): string {
	// It would lose a `?` at the beginning.
	const fields = [...new URLSearchParams(`&${textOf(body)}`)];
	fields.sort(([a, x], [b, y]) => inOrder(a, b) || inOrder(x, y));
	let text = "";
	let last: readonly string[] = [];
	for (const field of fields) {
		const [name, value] = field;
		if (name !== last[0] || value !== last[1]) text += name + value;
		last = field;
	}
	return text;
}

const inOrder = (a: string, b: string) => Number(a > b) - Number(a < b);

/** A text in a JSON body; nothing there is no text. */
export function valueAt(body: Uint8Array, steps: readonly string[]): Chunk {
	let value = parsedJson(textOf(body));
	for (const name of steps) {
		if (typeof value !== "object" || value === null) return "";
		value = Object.hasOwn(value, name)
			? (value as Readonly<Record<string, unknown>>)[name]
			: undefined;
	}
	return typeof value === "string" ? bytesOf(value) : String(value ?? "");
}

/** With a value in its place; a number there is a place in a list. */
export function withValue(
	outer: unknown,
	[step, ...rest]: readonly string[],
	value: unknown,
): unknown {
	if (step === undefined) return value;
	if (/^\d+$/.test(step)) return [withValue({}, rest, value)];
	const members: Readonly<Record<string, unknown>> = Object(outer);
	const own = Object.hasOwn(members, step) ? members[step] : {};
	return { ...members, [step]: withValue(own, rest, value) };
}

/** A JSON body with another time in it; another body as it is. */
export function datedBody(
	body: Uint8Array,
	steps: readonly string[],
	time: string,
): Uint8Array {
	const payload = parsedJson(textOf(body));
	return typeof payload === "object" && payload !== null
		? bytesOf(JSON.stringify(withValue(payload, steps, inJson(time))))
		: body;
}

export function inJson(time: string): string | number {
	return /^\d+$/.test(time) ? Number(time) : time;
}

/** How a time stands in a header: written from epoch milliseconds, and read back; NaN: it is no such time. */
interface TimeFormat {
	write(at: number): string;
	read(text: string): number;
}

export const timeFormats = {
	unix: {
		write: (at) => String(Math.floor(at / 1000)),
		read: (text) =>
			/^\d{1,15}$/.test(text) ? Number(text) * 1000 : Number.NaN,
	},
	"unix-ms": {
		write: (at) => String(Math.floor(at)),
		read: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN),
	},
	iso: {
		write: (at) => new Date(at).toISOString(),
		read: (text) => isoTime(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
	},
	"iso-seconds": {
		write: (at) => `${new Date(at).toISOString().slice(0, 19)}Z`,
		read: (text) => isoTime(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
	},
} as const satisfies Readonly<Record<string, TimeFormat>>;

function isoTime(text: string, form: RegExp): number {
	return form.test(text) ? Date.parse(text) : Number.NaN;
}
