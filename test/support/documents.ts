import { type ApiDocument, parseDocument } from "../../src/openapi/document.ts";
import {
	type ApiOperation,
	operationsOf,
} from "../../src/openapi/operations.ts";

/** A document of the parts that a test is about. */
export function documentOf(parts: object): Promise<ApiDocument> {
	return parseDocument(
		JSON.stringify({
			openapi: "3.1.0",
			info: { title: "Test", version: "1" },
			...parts,
		}),
		"test.json",
	);
}

/** A document with one operation, `POST /things`, and that operation. */
export async function operationOf(
	operation: object,
	parts: object = {},
): Promise<{ document: ApiDocument; operation: ApiOperation }> {
	const document = await documentOf({
		paths: { "/things": { post: { operationId: "make-thing", ...operation } } },
		...parts,
	});
	return { document, operation: operationsOf(document)[0] as ApiOperation };
}
