import type { ApiDocument } from "./document.ts";
import type { ApiOperation, Media } from "./operations.ts";
import { isObject, lookUp } from "./pointer.ts";

/** The reply a document gives for an operation nobody implemented: its example, else one made from the schema. */
export async function exampleReply(
	document: ApiDocument,
	operation: ApiOperation,
): Promise<{ status: number; body?: unknown }> {
	const [status, response] = [...operation.responses].find(([code]) =>
		code.startsWith("2"),
	) ?? ["200", undefined];
	const media = response?.media.get("application/json");
	const code = /^\d{3}$/.test(status) ? Number(status) : 200;
	return media === undefined
		? { status: code }
		: { status: code, body: await exampleOf(document, media) };
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
