import { parseDocument } from "../../scripts/document.ts";
import {
	type ApiDocument,
	type ApiOperation,
	operationsOf,
} from "../../src/openapi/operations.ts";
import { basePaths } from "../../src/openapi/router.ts";

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

/** Where an operation is, with each parameter's default in its path, or something. */
export function pathTo(
	document: ApiDocument,
	{ path, parameters }: ApiOperation,
): string {
	const filled = path.replaceAll(/\{(.*?)\}/g, (_, name: string) => {
		const { schema } = parameters.find((each) => each.name === name) ?? {};
		return String(schema?.default ?? "x");
	});
	return `${basePaths(document)[0] ?? ""}${filled}`;
}
