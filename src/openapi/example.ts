import type { Reply } from "../contract/operation.ts";
import type { ApiDocument } from "./document.ts";
import type { ApiOperation, Media } from "./operations.ts";
import { isObject, lookUp } from "./pointer.ts";

/**
 * The reply a document gives for an operation nobody implemented: its example, else one made from the schema.
 *
 * @param wanted the status, which the document has by itself or in a range such as 2XX; default: the first good one
 */
export async function exampleReply(
	document: ApiDocument,
	operation: ApiOperation,
	wanted?: number,
): Promise<Reply> {
	const { responses } = operation;
	const [first = "200"] = [...responses.keys()].filter((each) =>
		each.startsWith("2"),
	);
	const key = wanted === undefined ? first : String(wanted);
	const response = responses.get(key) ?? responses.get(`${key.charAt(0)}XX`);
	const media = response?.media.get("application/json");
	const code = /^\d{3}$/.test(key) ? Number(key) : 200;
	const required = response?.requiredHeaders ?? [];
	const headers = required.map(({ name, example }) => [name, example]);
	return {
		status: code,
		...(required.length > 0 && { headers: Object.fromEntries(headers) }),
		...(media !== undefined && { body: await exampleOf(document, media) }),
	};
}

async function exampleOf(
	document: ApiDocument,
	media: Media,
): Promise<unknown> {
	const { example, examples, schema } = media.value;
	if (example !== undefined) return example;
	const first = isObject(examples) ? Object.values(examples)[0] : undefined;
	if (isObject(first)) {
		const target =
			typeof first.$ref === "string"
				? lookUp(document, first.$ref, media.schema ?? "#")
				: first;
		if (isObject(target) && "value" in target) return target.value;
	}
	const sampler = await import("openapi-sampler");
	return sampler.sample(
		schema as Parameters<typeof sampler.sample>[0],
		{},
		document,
	);
}
