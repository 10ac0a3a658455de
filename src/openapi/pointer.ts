import { LocalhookError } from "../errors.ts";

/** A place in a document: where it is, once references have been followed, and what stands there. */
export interface Place<Value = Record<string, unknown>> {
	readonly pointer: string;
	readonly value: Value;
}

/** One step down, following references inside the document. */
export function descend(
	document: object,
	from: Place,
	key: string,
): Place | undefined {
	const value = Object.hasOwn(from.value, key) ? from.value[key] : undefined;
	return value === undefined
		? undefined
		: follow(document, { pointer: `${from.pointer}/${escape(key)}`, value });
}

/** Every child of a place, references followed. */
export function children(
	document: object,
	from: Place | undefined,
): [key: string, child: Place][] {
	if (from === undefined) return [];
	return Object.keys(from.value).map((key) => [
		key,
		descend(document, from, key) as Place,
	]);
}

export function rootOf(document: object): Place {
	return { pointer: "#", value: document as Record<string, unknown> };
}

export function escape(key: string): string {
	return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function follow(
	document: object,
	place: { pointer: string; value: unknown },
): Place {
	let { pointer, value } = place;
	for (
		let hops = 0;
		isObject(value) &&
		typeof value.$ref === "string" &&
		!isSchemaPlace(pointer);
		hops++
	) {
		if (hops > 20)
			throw refusal(place.pointer, "its references go round in a circle");
		pointer = value.$ref;
		value = lookUp(document, pointer, place.pointer);
	}
	if (!isObject(value)) throw refusal(pointer, "an object is expected there");
	return { pointer, value };
}

/** What a local reference points at. */
export function lookUp(
	document: object,
	reference: string,
	from: string,
): unknown {
	if (!reference.startsWith("#/"))
		throw refusal(from, `the reference "${reference}" leaves the document`);
	let value: unknown = document;
	for (const part of reference.slice(2).split("/")) {
		const key = decodeURIComponent(part)
			.replaceAll("~1", "/")
			.replaceAll("~0", "~");
		value =
			isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
	}
	if (value === undefined)
		throw refusal(from, `the reference "${reference}" points at nothing`);
	return value;
}

export function refusal(pointer: string, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-document",
		`Failed to read the OpenAPI document: at ${pointer}, ${reason}. Correct the document at that place.`,
		{ details: { pointer } },
	);
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The validator follows a schema's own references. */
function isSchemaPlace(pointer: string): boolean {
	return (
		pointer.endsWith("/schema") || pointer.startsWith("#/components/schemas/")
	);
}
