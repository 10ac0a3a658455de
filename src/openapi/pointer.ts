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
		: follow(document, {
				pointer: `${from.pointer}/${escapePointer(key)}`,
				value,
			});
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

export function escapePointer(key: string): string {
	return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function follow(
	document: object,
	place: { pointer: string; value: unknown },
): Place {
	const { pointer, value } = isSchemaPlace(place.pointer)
		? place
		: endOf(document, place);
	if (!isObject(value)) throw refusal(pointer, "an object is expected there");
	return { pointer, value };
}

/** Where a place's references end: the place itself when it holds none. */
export function endOf(document: object, place: Place<unknown>): Place<unknown> {
	let { pointer, value } = place;
	for (
		let hops = 0;
		isObject(value) && typeof value.$ref === "string";
		hops++
	) {
		if (hops > 20)
			throw refusal(place.pointer, "its references go round in a circle");
		pointer = decoded(value.$ref, place.pointer);
		value = lookUp(document, value.$ref, place.pointer);
	}
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
	for (const part of decoded(reference, from).slice(2).split("/")) {
		const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
		value =
			isContainer(value) && Object.hasOwn(value, key) ? value[key] : undefined;
	}
	if (value === undefined)
		throw refusal(from, `the reference "${reference}" points at nothing`);
	return value;
}

/** A reference is a URI; the pointers here are its fragment in plain text. */
function decoded(reference: string, from: string): string {
	try {
		return decodeURIComponent(reference);
	} catch {
		throw refusal(
			from,
			`the reference "${reference}" is not percent-encoded UTF-8`,
		);
	}
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

/** A list counts too: bundlers write references such as `#/paths/~1a/get/parameters/0`. */
function isContainer(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}

/** The validator follows a schema's own references. */
function isSchemaPlace(pointer: string): boolean {
	return (
		pointer.endsWith("/schema") || pointer.startsWith("#/components/schemas/")
	);
}
