import type { OpenAPIV3_1 } from "openapi-types";
import type { ApiDocument } from "./document.ts";
import {
	children,
	descend,
	endOf,
	type Place,
	refusal,
	rootOf,
} from "./pointer.ts";

const methods = [
	"get",
	"put",
	"post",
	"delete",
	"options",
	"head",
	"patch",
] as const;

export interface Parameter {
	readonly name: string;
	readonly in: "path" | "query" | "header";
	readonly required: boolean;
	/** Of the query: an empty value is as good as an absent one. */
	readonly allowEmptyValue?: true;
	readonly schema: Readonly<Record<string, unknown>>;
}

export interface Media {
	/** Where the schema stands in the document; absent: any value. */
	readonly schema?: string;
	readonly value: OpenAPIV3_1.MediaTypeObject;
}

export interface ResponseSpec {
	readonly media: ReadonlyMap<string, Media>;
	readonly requiredHeaders: readonly {
		readonly name: string;
		readonly example: string;
	}[];
}

/** One operation of a document, its references followed. */
export interface ApiOperation {
	readonly id: string;
	/** Upper case. */
	readonly method: string;
	readonly path: string;
	readonly summary: string;
	readonly parameters: readonly Parameter[];
	readonly body?: {
		readonly required: boolean;
		readonly media: ReadonlyMap<string, Media>;
	};
	/** By status, by class (`4XX`) or `default`. */
	readonly responses: ReadonlyMap<string, ResponseSpec>;
}

/** What a provider sends for one event type, from the document's `webhooks`. */
export interface ApiDelivery {
	readonly type: string;
	readonly headers: readonly Parameter[];
	readonly body: Media;
}

/**
 * Every operation of a document, in its order.
 *
 * @throws LocalhookError `invalid-document` for an operation without an id, or an id used twice.
 */
export function operationsOf(document: ApiDocument): ApiOperation[] {
	const operations = new Map<string, ApiOperation>();
	for (const [path, item] of children(
		document,
		descend(document, rootOf(document), "paths"),
	)) {
		for (const method of methods) {
			const place = descend(document, item, method);
			if (place === undefined) continue;
			const operation = readOperation(document, method, path, item, place);
			if (operations.has(operation.id))
				throw refusal(
					place.pointer,
					`the operationId "${operation.id}" is used twice`,
				);
			operations.set(operation.id, operation);
		}
	}
	return [...operations.values()];
}

/** Every delivery the document describes, by event type. */
export function deliveriesOf(document: ApiDocument): Map<string, ApiDelivery> {
	const deliveries = new Map<string, ApiDelivery>();
	for (const [type, item] of children(
		document,
		descend(document, rootOf(document), "webhooks"),
	)) {
		const post = descend(document, item, "post");
		const body = post && descend(document, post, "requestBody");
		if (post === undefined || body === undefined)
			throw refusal(item.pointer, "a delivery needs a post with a body");
		const media = mediaOf(document, body).get("application/json");
		if (media === undefined)
			throw refusal(body.pointer, "a delivery needs an application/json body");
		deliveries.set(type, {
			type,
			headers: parametersOf(document, post),
			body: media,
		});
	}
	return deliveries;
}

function readOperation(
	document: ApiDocument,
	method: string,
	path: string,
	item: Place,
	place: Place,
): ApiOperation {
	const id = place.value.operationId;
	if (typeof id !== "string")
		throw refusal(place.pointer, "an operation needs an operationId");
	if (path.split("/").some((segment) => segment.split("{").length > 2))
		throw refusal(
			item.pointer,
			"two parameters in one segment of a path are not supported",
		);
	const body = descend(document, place, "requestBody");
	const responses = children(document, descend(document, place, "responses"));
	return {
		id,
		method: method.toUpperCase(),
		path,
		summary: String(place.value.summary ?? ""),
		parameters: overridden(
			parametersOf(document, item),
			parametersOf(document, place),
		),
		...(body && {
			body: {
				required: body.value.required === true,
				media: mediaOf(document, body),
			},
		}),
		responses: new Map(
			responses.map(([status, response]) => [
				status,
				readResponse(document, response),
			]),
		),
	};
}

function readResponse(document: ApiDocument, response: Place): ResponseSpec {
	const headers = children(document, descend(document, response, "headers"));
	return {
		media: mediaOf(document, response),
		requiredHeaders: headers
			.filter(([, header]) => header.value.required === true)
			.map(([name, { value }]) => ({
				name,
				example: String(value.example ?? "example"),
			})),
	};
}

function parametersOf(document: ApiDocument, owner: Place): Parameter[] {
	const list = owner.value.parameters;
	if (!Array.isArray(list)) return [];
	return list.map((_, index) => {
		const holder = {
			pointer: `${owner.pointer}/parameters`,
			value: list as unknown as Record<string, unknown>,
		};
		const parameter = descend(document, holder, String(index)) as Place;
		const { value, pointer } = parameter;
		if (value.in !== "path" && value.in !== "query" && value.in !== "header") {
			throw refusal(
				`${pointer}/in`,
				`parameters in "${value.in}" are not supported`,
			);
		}
		return {
			name: String(value.name),
			in: value.in,
			required: value.required === true,
			...(value.allowEmptyValue === true && { allowEmptyValue: true }),
			schema: schemaOf(document, parameter),
		};
	});
}

/** An operation's own parameter stands in for the one its path gives under the same name and place. */
function overridden(
	ofPath: readonly Parameter[],
	own: readonly Parameter[],
): Parameter[] {
	const names = new Set(own.map((each) => `${each.in} ${each.name}`));
	return [
		...ofPath.filter((each) => !names.has(`${each.in} ${each.name}`)),
		...own,
	];
}

/** A parameter's schema, its reference followed: how a text is read depends on the type and the default there. */
function schemaOf(
	document: ApiDocument,
	{ pointer, value }: Place,
): Parameter["schema"] {
	const { $ref, ...beside } = (value.schema ?? {}) as Record<string, unknown>;
	if ($ref === undefined) return beside;
	const place = { pointer: `${pointer}/schema`, value: { $ref } };
	const target = endOf(document, place).value as Record<string, unknown>;
	if (Object.keys(beside).length === 0) return target;
	const conditions = Array.isArray(target.allOf) ? target.allOf : [];
	const { default: initial = target.default } = beside;
	return { ...target, default: initial, allOf: [...conditions, beside] };
}

function mediaOf(document: ApiDocument, owner: Place): Map<string, Media> {
	return new Map(
		children(document, descend(document, owner, "content")).map(
			([type, place]) => {
				const schema =
					place.value.schema === undefined
						? {}
						: { schema: `${place.pointer}/schema` };
				return [type, { ...schema, value: place.value }];
			},
		),
	);
}
