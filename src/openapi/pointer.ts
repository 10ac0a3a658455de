import { LocalhookError } from "../errors.ts";
import { isObject, stepsOf } from "../json.ts";

/** A place in a document: where it is, once references have been followed, and what stands there. */
export class Place<Value = Record<string, unknown>> {
	readonly document: object;
	readonly pointer: string;
	readonly value: Value;

	constructor(document: object, pointer: string, value: Value) {
		this.document = document;
		this.pointer = pointer;
		this.value = value;
	}

	/** What stands under a name, or at a place of a list; no reference is followed. */
	below(key: string, value: unknown): Place<unknown> {
		const escaped = key.replaceAll("~", "~0").replaceAll("/", "~1");
		return new Place(this.document, `${this.pointer}/${escaped}`, value);
	}

	at(this: Place, key: string): Place | undefined {
		const value = Object.hasOwn(this.value, key) ? this.value[key] : undefined;
		if (value === undefined) return undefined;
		const place = this.below(key, value);
		const found = isSchemaPlace(place.pointer) ? place : place.end();
		if (!isContainer(found.value))
			throw found.refusal("an object is expected there");
		return found as Place;
	}

	/** Every child of what is under a name, references followed. */
	children(this: Place, name: string): [key: string, child: Place][] {
		const parent = this.at(name);
		const keys = Object.keys(parent?.value ?? {});
		return keys.map((key) => [key, parent?.at(key) as Place]);
	}

	/** Where the references here end: the place itself when it holds none. */
	end(): Place<unknown> {
		let { pointer, value }: Place<unknown> = this;
		for (
			let hops = 0;
			isObject(value) && typeof value.$ref === "string";
			hops++
		) {
			if (hops > 20) throw this.refusal("its references go round in a circle");
			pointer = decoded(value.$ref, this.pointer);
			value = lookUp(this.document, value.$ref, this.pointer);
		}
		return new Place(this.document, pointer, value);
	}

	refusal(reason: string): LocalhookError {
		return refusal(this.pointer, reason);
	}
}

export function lookUp(
	document: object,
	reference: string,
	from: string,
): unknown {
	if (!reference.startsWith("#/"))
		throw refusal(from, `the reference "${reference}" leaves the document`);
	let value: unknown = document;
	for (const key of stepsOf(decoded(reference, from)))
		value =
			isContainer(value) && Object.hasOwn(value, key) ? value[key] : undefined;
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

function refusal(pointer: string, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-document",
		`Failed to read the OpenAPI document: at ${pointer}, ${reason}. Correct the document at that place.`,
		{ details: { pointer } },
	);
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
