import { bytesOf, isUtf8, placeIn, textOf } from "../bytes.ts";
import type { Failure } from "../contract/failure.ts";
import type { ProviderRequest } from "../contract/operation.ts";
import { LocalhookError } from "../errors.ts";
import type { ApiOperation, Media } from "../openapi/operations.ts";
import { excessOf, inexactNumberIn, type JsonLimits } from "./json-limits.ts";

export type ReadBody =
	| {
			readonly value: unknown;
			readonly media?: Media;
			/** Its fields are all text. */
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
const most = 1000;

/**
 * What is too much of a form. Asked of the bytes, since reading many parts takes seconds.
 *
 * @param contentType of `multipart/form-data` with its boundary, or of `application/x-www-form-urlencoded`
 */
function excessOfForm(
	body: Uint8Array,
	contentType: string,
): string | undefined {
	const match = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
	const boundary = match?.[1] ?? match?.[2];
	const separator = boundary === undefined ? "&" : `--${boundary}`;
	let at = placeIn(body, separator, 0);
	for (let found = 1; at !== -1; found++) {
		if (found > most) return `has more than ${most} fields`;
		at = placeIn(body, separator, at + separator.length);
	}
	return undefined;
}
