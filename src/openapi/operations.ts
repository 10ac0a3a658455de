import type { OpenAPIV3_1 } from "openapi-types";
import { Place } from "./pointer.ts";

/** An OpenAPI 3.1 document whose every keyword is understood. */
export type ApiDocument = OpenAPIV3_1.Document;

const methods = "get put post delete options head patch".split(" ");

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
	for (const [path, item] of rootOf(document).children("paths")) {
		for (const method of methods) {
			const place = item.at(method);
			if (place === undefined) continue;
			const operation = readOperation(method, path, item, place);
			if (operations.has(operation.id))
				throw place.refusal(`the operationId "${operation.id}" is used twice`);
			operations.set(operation.id, operation);
		}
	}
	return [...operations.values()];
}

export function deliveriesOf(document: ApiDocument): Map<string, ApiDelivery> {
	const items = rootOf(document).children("webhooks");
	return new Map(
		items.map(([type, item]) => {
			const post = item.at("post");
			const content = post?.at("requestBody");
			if (post === undefined || content === undefined)
				throw item.refusal("a delivery needs a post with a body");
			const body = mediaOf(content).get("application/json");
			if (body === undefined)
				throw content.refusal("a delivery needs an application/json body");
			return [type, { type, headers: parametersOf(post), body }];
		}),
	);
}

function rootOf(document: ApiDocument): Place {
	return new Place(document, "#", { ...document });
}

function readOperation(
	method: string,
	path: string,
	item: Place,
	place: Place,
): ApiOperation {
	const id = place.value.operationId;
	if (typeof id !== "string")
		throw place.refusal("an operation needs an operationId");
	if (path.split("/").some((segment) => segment.split("{").length > 2))
		throw item.refusal(
			"two parameters in one segment of a path are not supported",
		);
	const body = place.at("requestBody");
	return {
		id,
		method: method.toUpperCase(),
		path,
		summary: String(place.value.summary ?? ""),
		parameters: overridden(parametersOf(item), parametersOf(place)),
		...(body && {
			body: { required: body.value.required === true, media: mediaOf(body) },
		}),
		responses: new Map(
			place
				.children("responses")
				.map(([status, response]) => [status, readResponse(response)]),
		),
	};
}

function readResponse(response: Place): ResponseSpec {
	return {
		media: mediaOf(response),
		requiredHeaders: response
			.children("headers")
			.filter(([, header]) => header.value.required === true)
			.map(([name, { value }]) => ({
				name,
				example: String(value.example ?? "example"),
			})),
	};
}

function parametersOf(owner: Place): Parameter[] {
	return owner.children("parameters").map(([, parameter]) => {
		const { value } = parameter;
		if (value.in !== "path" && value.in !== "query" && value.in !== "header")
			throw parameter
				.below("in", value.in)
				.refusal(`parameters in "${value.in}" are not supported`);
		return {
			name: String(value.name),
			in: value.in,
			required: value.required === true,
			...(value.allowEmptyValue === true && { allowEmptyValue: true }),
			schema: schemaOf(parameter),
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
function schemaOf(parameter: Place): Parameter["schema"] {
	const { $ref, ...beside } = (parameter.value.schema ??
		{}) as Parameter["schema"];
	if ($ref === undefined) return beside;
	const { value } = parameter.below("schema", { $ref }).end();
	const target = value as Parameter["schema"];
	if (Object.keys(beside).length === 0) return target;
	const conditions = Array.isArray(target.allOf) ? target.allOf : [];
	const { default: initial = target.default } = beside;
	return { ...target, default: initial, allOf: [...conditions, beside] };
}

function mediaOf(owner: Place): Map<string, Media> {
	return new Map(
		owner.children("content").map(([type, { pointer, value }]) => {
			const schema =
				value.schema === undefined ? {} : { schema: `${pointer}/schema` };
			return [type, { ...schema, value }];
		}),
	);
}
