import { bytesOf, isUtf8, placeIn, textOf } from "../bytes.ts";
import type { Failure } from "../contract/failure.ts";
import type { ProviderRequest } from "../contract/operation.ts";
import { LocalhookError } from "../errors.ts";
import { isForbidden } from "../json.ts";
import type { ApiOperation, Media } from "../openapi/operations.ts";

export type ReadBody =
	| {
			readonly value: unknown;
			readonly media?: Media;
			readonly isForm?: true;
	  }
	| { readonly failure: Failure };

/** Bytes a provider's API takes; far above any webhook call. */
export const bodyLimit = 10 * 1024 * 1024;

export function bodyTooLarge(limit: number): LocalhookError {
	return new LocalhookError(
		"body-too-large",
		`Failed to read the body: it is larger than ${limit} bytes. Send less.`,
	);
}

/** A request's body as the value its operation's document speaks of; only multipart takes its time. */
export function readBody(
	operation: ApiOperation,
	request: ProviderRequest,
	limits?: JsonLimits,
): ReadBody | Promise<ReadBody> {
	const spec = operation.body;
	if (spec === undefined) return { value: undefined };
	if (request.body.length === 0)
		return spec.required ? { failure: missing } : { value: undefined };

	const encoding = single(request.headers["content-encoding"]) ?? "identity";
	const given = single(request.headers["content-type"]) ?? "application/json";
	const type = (given.split(";", 1)[0] as string).trim().toLowerCase();
	const media = spec.media.get(type);
	if (media === undefined || encoding !== "identity") {
		const shown = encoding === "identity" ? given : `${given} (${encoding})`;
		return {
			failure: {
				kind: "unsupported-media-type",
				given: shown,
				supported: [...spec.media.keys()],
			},
		};
	}
	const isMultipart = type === "multipart/form-data";
	const isForm = isMultipart || type === "application/x-www-form-urlencoded";
	const tooMany = isForm ? excessOfForm(request.body, given) : undefined;
	if (tooMany !== undefined)
		return { failure: malformed(`the body ${tooMany}`) };
	if (isMultipart) return readForm(request.body, given, media);
	if (!isUtf8(request.body))
		return { failure: malformed("the body is not UTF-8") };
	const text = textOf(request.body);
	if (isForm)
		return { value: toObject(new URLSearchParams(text)), media, isForm: true };
	const excess = excessOf(text, limits);
	if (excess !== undefined) return { failure: malformed(`the body ${excess}`) };
	const inexact = inexactNumberIn(text);
	if (inexact !== undefined) return { failure: malformed(inexact) };
	try {
		return { value: JSON.parse(text), media };
	} catch (error) {
		return {
			failure: malformed(`the body is not JSON: ${(error as Error).message}`),
		};
	}
}

const missing: Failure = {
	kind: "invalid",
	violations: [
		{
			in: "body",
			field: "",
			keyword: "required",
			message: "a body is required",
		},
	],
};

async function readForm(
	body: Uint8Array,
	contentType: string,
	media: Media,
): Promise<ReadBody> {
	try {
		const form = await new Response(bytesOf(body) as Uint8Array<ArrayBuffer>, {
			headers: { "content-type": contentType },
		}).formData();
		return {
			value: toObject(form as unknown as Iterable<[string, unknown]>),
			media,
			isForm: true,
		};
	} catch (error) {
		return {
			failure: malformed(
				`the body is not multipart/form-data: ${(error as Error).message}`,
			),
		};
	}
}

/** Form fields by name; a name given twice, or written `name[]`, is a list. */
function toObject(
	fields: Iterable<[string, unknown]>,
): Record<string, unknown> {
	const values = new Map<string, unknown>();
	for (const [field, value] of fields) {
		const name = field.endsWith("[]") ? field.slice(0, -2) : field;
		const before = values.get(name);
		if (Array.isArray(before)) before.push(value);
		else if (before !== undefined) values.set(name, [before, value]);
		else values.set(name, field === name ? value : [value]);
	}
	return Object.fromEntries(values);
}

function malformed(reason: string): Failure {
	return { kind: "malformed", reason };
}

function single(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value[0] : value;
}

/** Far above any form of a provider's; each field is a value that can be wrong, and is told of. */
const mostFields = 1000;

/** What is too much of a form. Asked of the bytes, since reading many parts takes seconds. */
function excessOfForm(
	body: Uint8Array,
	contentType: string,
): string | undefined {
	const match = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
	const boundary = match?.[1] ?? match?.[2];
	const separator = boundary === undefined ? "&" : `--${boundary}`;
	let at = placeIn(body, separator, 0);
	for (let found = 1; at !== -1; found++) {
		if (found > mostFields) return `has more than ${mostFields} fields`;
		at = placeIn(body, separator, at + separator.length);
	}
	return undefined;
}

export interface JsonLimits {
	readonly deepest: number;
	readonly most: number;
}

const defaultLimits: JsonLimits = {
	/** How many objects and lists may stand inside each other: what works on a value calls itself for each. */
	deepest: 100,
	/** How many values there may be in all: each can be wrong, and is told of. */
	most: 100_000,
};

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openings = [0x5b, 0x7b];
const closings = [0x5d, 0x7d];

/** What is too much of a JSON text. Asked of the text, since the value would have to be built first. */
export function excessOf(
	json: string,
	{ deepest, most }: JsonLimits = defaultLimits,
): string | undefined {
	if (json.length <= deepest) return undefined;
	let depth = 0;
	let values = 0;
	for (let i = 0; i < json.length; i++) {
		const code = json.charCodeAt(i);
		if (code === quote) {
			i = endOfString(json, i + 1);
		} else if (openings.includes(code)) {
			values++;
			if (++depth > deepest)
				return `nests more than ${deepest} objects and lists inside each other`;
		} else if (closings.includes(code)) {
			depth--;
		} else if (code === comma && ++values > most) {
			return `has more than ${most} values`;
		}
	}
	return undefined;
}

/** Only what matches can hold a number that loses something: most texts have no such run of digits, and are done here. */
const suspicious = /[\d.]{16}|\d[eE]/;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?\d[\d.eE+-]*/gs;

/**
 * Why a JSON text would not be sent as it was written: it holds a number that no JavaScript number is. Asked of the
 * text, since the value has lost it already.
 *
 * @example
 * inexactNumberIn('{"id": 9007199254740993}')
 * // "the number 9007199254740993 would become 9007199254740992. Give it as text, or send raw bytes"
 */
export function inexactNumberIn(json: string): string | undefined {
	if (!suspicious.test(json)) return undefined;
	for (const [text] of json.matchAll(token))
		if (!text.startsWith('"') && !isExact(text)) return lossOf(text);
	return undefined;
}

function lossOf(text: string): string {
	const value = Number(text);
	const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
	const becomes = Number.isFinite(value) ? String(value) : "null";
	return `the number ${shown} would become ${becomes}. Give it as text, or send raw bytes`;
}

/** Digits of a number that anybody writes. */
const longestNumber = 100;

/** A fraction of up to 17 digits names one double exactly, though another spelling of it may be shorter. */
function isExact(text: string): boolean {
	const value = Number(text);
	if (!Number.isFinite(value) || text.length > longestNumber) return false;
	const digits = digitsOf(text);
	if (digits === "") return true;
	if (digits.length > 17 || value === 0) return false;
	const isWhole = !/[.eE]/.test(text);
	return !isWhole || digitsOf(value.toPrecision(digits.length)) === digits;
}

function digitsOf(text: string): string {
	return text
		.replace(/e.*/is, "")
		.replaceAll(/[-.]/g, "")
		.replaceAll(/^0+|0+$/g, "");
}

function endOfString(json: string, start: number): number {
	for (let i = start; i < json.length; i++) {
		const code = json.charCodeAt(i);
		if (code === quote) return i;
		if (code === backslash) i++;
	}
	return json.length;
}

/**
 * Why a value from outside cannot be part of a payload: at any depth, a number that JSON does not have, or more depth
 * than there is room for. What refers to itself is too deep as well.
 *
 * @param names whether a name such as `__proto__` is wrong too, which it is wherever a value is laid over another one
 */
export function unfitIn(
	value: unknown,
	names: boolean,
	depth = 0,
): string | undefined {
	const isNoNumber = typeof value === "number" && !Number.isFinite(value);
	if (typeof value === "bigint" || isNoNumber)
		return `${value} is no number that JSON has. Give a number, or text`;
	if (typeof value !== "object" || value === null) return undefined;
	if (depth >= defaultLimits.deepest)
		return `it nests more than ${defaultLimits.deepest} objects and lists inside each other`;
	for (const key in value) {
		if (!Object.hasOwn(value, key)) continue;
		if (names && isForbidden(key)) return `the name "${key}" is not allowed`;
		const member = (value as Readonly<Record<string, unknown>>)[key];
		const unfit = unfitIn(member, names, depth + 1);
		if (unfit !== undefined) return unfit;
	}
	return undefined;
}
