import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseDocument, readDocument } from "../scripts/document.ts";
import { deliveriesOf, operationsOf } from "../src/openapi/operations.ts";
import { createRouter } from "../src/openapi/router.ts";
import { createValidators } from "../src/openapi/validators.ts";
import { documentOf, operationOf } from "./support/documents.ts";

const documents = new URL("../openapi/", import.meta.url);

/** What a refused document says: the error's code, the pointer and words of the message. */
function refused(pointer: string, words: string) {
	return expect.objectContaining({
		code: "invalid-document",
		details: { pointer },
		message: expect.stringContaining(words),
	});
}

const yaml = `
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    get:
      operationId: list-things
      responses:
        "200": { description: All of them. }
`;

describe("reading", () => {
	it("reads YAML and JSON to the same document", async () => {
		const json = JSON.stringify({
			openapi: "3.1.0",
			info: { title: "Things", version: "1" },
			paths: {
				"/things": {
					get: {
						operationId: "list-things",
						responses: { "200": { description: "All of them." } },
					},
				},
			},
		});

		expect(await parseDocument(yaml, "a.yaml")).toEqual(
			await parseDocument(json, "a.json"),
		);
	});

	it.each([
		["YAML", yaml],
		["JSON", '{"openapi":"3.1.0","info":{"title":"Things","version":"1"}}'],
	])("reads %s behind a byte order mark", async (_, text) => {
		const document = await parseDocument(`\ufeff${text}`, "marked");

		expect(document.info.title).toBe("Things");
	});

	it.each([
		["broken YAML", "openapi: [3.1.0"],
		["broken JSON", '{"openapi": "3.1.0"'],
		["tabs for indentation", "openapi:\n\t- 3.1.0"],
		["a key given twice", "openapi: 3.1.0\nopenapi: 3.1.1"],
		["more aliases than anyone writes", aliases()],
	])("refuses %s with the name of the file", async (_, text) => {
		await expect(parseDocument(text, "acme.yaml")).rejects.toMatchObject({
			code: "invalid-document",
			message: expect.stringMatching(
				/^Failed to read acme\.yaml: .+ Give a YAML or JSON document\.$/s,
			),
		});
	});

	it.each([
		["2.0", '{"openapi":"2.0"}'],
		["3.0.3", '{"openapi":"3.0.3"}'],
		["3.2.0", '{"openapi":"3.2.0"}'],
		["a number", "openapi: 3.1"],
		["Swagger's", 'swagger: "2.0"'],
		["an empty document", ""],
		["a list", "- openapi: 3.1.0"],
		["null", "null"],
	])("refuses the version of %s", async (_, text) => {
		await expect(parseDocument(text, "acme.yaml")).rejects.toMatchObject({
			code: "invalid-document",
			message: expect.stringMatching(
				/^Failed to read acme\.yaml: "openapi" is .+ Give an OpenAPI 3\.1 document\.$/,
			),
		});
	});

	it.each(readdirSync(documents))("loads openapi/%s whole", async (file) => {
		const document = await readDocument(new URL(file, documents));
		const operations = operationsOf(document);
		const deliveries = deliveriesOf(document);
		const validators = createValidators(document);

		expect(operations.length + deliveries.size).toBeGreaterThan(0);
		createRouter(document, operations, "exact");
		for (const { body, responses } of operations) {
			for (const owner of [...(body ? [body] : []), ...responses.values()]) {
				for (const media of owner.media.values())
					validators.body(media, undefined);
			}
		}
	});
});

describe("keywords", () => {
	const operation = { operationId: "make-thing" };

	it.each([
		["the document", { callbacks: {} }, "#/callbacks"],
		[
			"a server",
			{ servers: [{ url: "/", variables: {} }] },
			"#/servers/0/variables",
		],
		["the components", { components: { links: {} } }, "#/components/links"],
		[
			"a security scheme",
			{
				components: {
					securitySchemes: { login: { type: "oauth2", flows: {} } },
				},
			},
			"#/components/securitySchemes/login/flows",
		],
		[
			"a path",
			{ paths: { "/a/{id}": { trace: operation } } },
			"#/paths/~1a~1{id}/trace",
		],
		[
			"an operation",
			{ paths: { "/a": { get: { ...operation, callbacks: {} } } } },
			"#/paths/~1a/get/callbacks",
		],
		[
			"a parameter",
			{
				paths: {
					"/a": {
						get: {
							...operation,
							parameters: [
								{ name: "q", in: "query" },
								{ name: "r", in: "query", style: "form" },
							],
						},
					},
				},
			},
			"#/paths/~1a/get/parameters/1/style",
		],
		[
			"a request body",
			{
				components: { requestBodies: { Thing: { content: {}, encoding: {} } } },
			},
			"#/components/requestBodies/Thing/encoding",
		],
		[
			"a media type",
			{
				paths: {
					"/a": {
						get: {
							...operation,
							responses: {
								200: { content: { "application/json": { itemSchema: {} } } },
							},
						},
					},
				},
			},
			"#/paths/~1a/get/responses/200/content/application~1json/itemSchema",
		],
		[
			"a response",
			{
				paths: {
					"/a": { get: { ...operation, responses: { 200: { links: {} } } } },
				},
			},
			"#/paths/~1a/get/responses/200/links",
		],
		[
			"a header",
			{
				components: {
					responses: { Found: { headers: { Location: { explode: true } } } },
				},
			},
			"#/components/responses/Found/headers/Location/explode",
		],
		[
			"a schema deep inside another",
			{
				components: {
					schemas: {
						"a~b": {
							properties: {
								list: {
									items: {
										oneOf: [
											{},
											{ additionalProperties: { discriminator: {} } },
										],
									},
								},
							},
						},
					},
				},
			},
			"#/components/schemas/a~0b/properties/list/items/oneOf/1/additionalProperties/discriminator",
		],
		[
			"a schema of 3.0 in 3.1",
			{ components: { schemas: { Name: { type: "string", nullable: true } } } },
			"#/components/schemas/Name/nullable",
		],
		[
			"a delivery",
			{
				webhooks: {
					"thing.made": { post: { requestBody: { content: {} }, servers: [] } },
				},
			},
			"#/webhooks/thing.made/post/servers",
		],
		["a name that every object inherits", { constructor: {} }, "#/constructor"],
	])("are refused where %s does not know them", async (_, parts, pointer) => {
		const keyword = pointer.slice(pointer.lastIndexOf("/") + 1);

		await expect(documentOf(parts)).rejects.toEqual(
			refused(pointer, `the keyword "${keyword}"`),
		);
	});

	it("may be extensions at any place", async () => {
		await documentOf({
			"x-a": 1,
			paths: {
				"/a": { "x-b": 1, get: { ...operation, "x-c": { anything: true } } },
			},
			components: { schemas: { Name: { "x-d": [] } } },
		});
	});

	it("are not looked for among names of the author's own", async () => {
		await documentOf({
			components: {
				schemas: {
					nullable: {
						properties: {
							discriminator: true,
							constructor: { type: "string" },
							$defs: {},
						},
						patternProperties: { "^callbacks": {} },
						default: { discriminator: 1 },
						enum: [{ nullable: true }],
						examples: [{ links: {} }],
					},
				},
			},
		});
	});

	it.each([
		[
			"a schema that is a number",
			{ components: { schemas: { A: 5 } } },
			"#/components/schemas/A",
			"a schema is expected",
		],
		[
			"properties that are a list",
			{ components: { schemas: { A: { properties: [] } } } },
			"#/components/schemas/A/properties",
			"a map is expected",
		],
		[
			"parameters that are a map",
			{ paths: { "/a": { parameters: {} } } },
			"#/paths/~1a/parameters",
			"a list is expected",
		],
		[
			"an operation that is null",
			{ paths: { "/a": { get: null } } },
			"#/paths/~1a/get",
			"operation is expected",
		],
	])("are refused over %s", async (_, parts, pointer, words) => {
		await expect(documentOf(parts)).rejects.toEqual(refused(pointer, words));
	});

	it("may stand beside the $ref of a schema, and count there", async () => {
		const document = await documentOf({
			components: {
				schemas: {
					Name: { type: "string" },
					Short: { $ref: "#/components/schemas/Name", maxLength: 3 },
				},
			},
		});
		const validators = createValidators(document);

		expect(validators.body("Short", "abcd")).toMatchObject([
			{ keyword: "maxLength" },
		]);
		expect(validators.body("Short", 1)).toMatchObject([{ keyword: "type" }]);
	});

	it("are refused beside any other $ref", async () => {
		await expect(
			documentOf({
				paths: {
					"/a": {
						get: {
							...operation,
							parameters: [
								{ $ref: "#/components/parameters/Id", required: true },
							],
						},
					},
				},
				components: { parameters: { Id: { name: "id", in: "query" } } },
			}),
		).rejects.toEqual(
			refused("#/paths/~1a/get/parameters/0/required", "beside a $ref"),
		);
	});
});

describe("references", () => {
	it("are followed one after the other", async () => {
		const { operation } = await operationOf(
			{ parameters: [{ $ref: "#/components/parameters/A" }] },
			{
				components: {
					parameters: {
						A: { $ref: "#/components/parameters/B" },
						B: {
							name: "page",
							in: "query",
							schema: { $ref: "#/components/schemas/Page" },
						},
					},
					schemas: {
						Page: { $ref: "#/components/schemas/Count" },
						Count: { type: "integer" },
					},
				},
			},
		);

		expect(operation.parameters).toEqual([
			{
				name: "page",
				in: "query",
				required: false,
				schema: { type: "integer" },
			},
		]);
	});

	it("may go through lists, and escape what a pointer or a URI must not hold", async () => {
		const document = await documentOf({
			components: {
				schemas: {
					"50% a/b~c": { anyOf: [{ type: "string" }, { type: "boolean" }] },
					Second: { $ref: "#/components/schemas/50%25%20a~1b~0c/anyOf/1" },
				},
			},
		});
		const validators = createValidators(document);

		expect(validators.body("Second", true)).toEqual([]);
		expect(validators.body("Second", "x")).toHaveLength(1);
	});

	it("may make a schema that holds itself", async () => {
		const document = await documentOf({
			components: {
				schemas: {
					Tree: {
						type: "object",
						properties: {
							children: {
								type: "array",
								items: { $ref: "#/components/schemas/Tree" },
							},
						},
					},
				},
			},
		});
		const validators = createValidators(document);

		expect(validators.body("Tree", { children: [{ children: [{}] }] })).toEqual(
			[],
		);
		expect(
			validators.body("Tree", { children: [{ children: [1] }] }),
		).toMatchObject([{ field: "children.0.children.0", keyword: "type" }]);
	});

	it.each([
		[
			"another file",
			"common.yaml#/components/schemas/Name",
			"leaves the document",
		],
		["a URL", "https://example.com/a.json", "leaves the document"],
		["an anchor", "#name", "leaves the document"],
		["nothing", "#/components/schemas/Nmae", "points at nothing"],
		["what is beyond nothing", "#/components/none/at/all", "points at nothing"],
		["what is beyond a text", "#/info/title/length", "points at nothing"],
		[
			"what every object inherits",
			"#/components/constructor",
			"points at nothing",
		],
		[
			"a broken percent-encoding",
			"#/components/schemas/%ZZ",
			"is not percent-encoded",
		],
	])("to %s are refused", async (_, $ref, words) => {
		await expect(
			documentOf({
				components: { schemas: { A: { properties: { name: { $ref } } } } },
			}),
		).rejects.toEqual(refused("#/components/schemas/A/properties/name", words));
	});

	it.each([
		"schemas",
		"parameters",
		"responses",
		"headers",
		"requestBodies",
		"pathItems",
	])("that go round in a circle among %s are refused", async (kind) => {
		const parts = {
			A: { $ref: `#/components/${kind}/B` },
			B: { $ref: `#/components/${kind}/C` },
			C: { $ref: `#/components/${kind}/A` },
		};

		await expect(documentOf({ components: { [kind]: parts } })).rejects.toEqual(
			refused(`#/components/${kind}/A`, "round in a circle"),
		);
	});
});

describe("operations", () => {
	it("are given in the document's order, with everything they carry", async () => {
		const { operation } = await operationOf({
			summary: "Makes a thing",
			parameters: [
				{
					name: "X-Key",
					in: "header",
					required: true,
					schema: { type: "string" },
				},
			],
			requestBody: {
				required: true,
				content: { "application/json": { schema: { type: "object" } } },
			},
			responses: {
				201: {
					headers: { Location: { required: true }, "X-Hint": {} },
					content: { "application/json": { schema: { type: "object" } } },
				},
				"4XX": { description: "No." },
			},
		});

		expect(operation).toMatchObject({
			id: "make-thing",
			method: "POST",
			path: "/things",
			summary: "Makes a thing",
			parameters: [
				{
					name: "X-Key",
					in: "header",
					required: true,
					schema: { type: "string" },
				},
			],
			body: { required: true },
		});
		expect([...operation.responses.keys()]).toEqual(["201", "4XX"]);
		expect(operation.responses.get("201")?.requiredHeaders).toEqual([
			{ name: "Location", example: "example" },
		]);
		expect(operation.body?.media.get("application/json")?.schema).toBe(
			"#/paths/~1things/post/requestBody/content/application~1json/schema",
		);
	});

	it("take the parameters of their path, unless they bring their own of that name and place", async () => {
		const document = await documentOf({
			paths: {
				"/things": {
					parameters: [
						{
							name: "limit",
							in: "query",
							required: true,
							schema: { default: 10 },
						},
						{ name: "limit", in: "header" },
						{ name: "page", in: "query" },
					],
					get: {
						operationId: "list-things",
						parameters: [
							{ name: "limit", in: "query", schema: { default: 50 } },
						],
					},
				},
			},
		});

		expect(operationsOf(document)[0]?.parameters).toEqual([
			{ name: "limit", in: "header", required: false, schema: {} },
			{ name: "page", in: "query", required: false, schema: {} },
			{ name: "limit", in: "query", required: false, schema: { default: 50 } },
		]);
	});

	it("are refused without an operationId", async () => {
		const document = await documentOf({ paths: { "/a/{id}": { put: {} } } });

		expect(() => operationsOf(document)).toThrow(
			refused("#/paths/~1a~1{id}/put", "needs an operationId"),
		);
	});

	it("are refused under an operationId that is taken", async () => {
		const document = await documentOf({
			paths: {
				"/a": { get: { operationId: "read" } },
				"/b": { get: { operationId: "read" } },
			},
		});

		expect(() => operationsOf(document)).toThrow(
			refused("#/paths/~1b/get", '"read" is used twice'),
		);
	});

	it("are refused with parameters in a cookie", async () => {
		const document = await documentOf({
			paths: {
				"/a": {
					get: {
						operationId: "a",
						parameters: [{ name: "sid", in: "cookie" }],
					},
				},
			},
		});

		expect(() => operationsOf(document)).toThrow(
			refused("#/paths/~1a/get/parameters/0/in", '"cookie"'),
		);
	});

	it("are refused with two parameters in one segment of their path", async () => {
		const document = await documentOf({
			paths: { "/files/{name}.{type}": { get: { operationId: "a" } } },
		});

		expect(() => operationsOf(document)).toThrow(
			refused("#/paths/~1files~1{name}.{type}", "two parameters"),
		);
	});
});

describe("deliveries", () => {
	it("are given by event type, with their headers", async () => {
		const document = await documentOf({
			webhooks: {
				"thing.made": {
					post: {
						parameters: [{ name: "Signature", in: "header", required: true }],
						requestBody: {
							content: { "application/json": { schema: { type: "object" } } },
						},
					},
				},
			},
		});

		expect(deliveriesOf(document).get("thing.made")).toMatchObject({
			type: "thing.made",
			headers: [{ name: "Signature", required: true }],
			body: {
				schema:
					"#/webhooks/thing.made/post/requestBody/content/application~1json/schema",
			},
		});
	});

	it.each([
		["a post", { put: {} }, "#/webhooks/a", "needs a post"],
		["a body", { post: {} }, "#/webhooks/a", "with a body"],
		[
			"a JSON body",
			{ post: { requestBody: { content: { "text/plain": {} } } } },
			"#/webhooks/a/post/requestBody",
			"application/json",
		],
	])("are refused without %s", async (_, item, pointer, words) => {
		const document = await documentOf({ webhooks: { a: item } });

		expect(() => deliveriesOf(document)).toThrow(refused(pointer, words));
	});
});

/** Lists of aliases of lists of aliases: 9 to the power of 5 numbers in five lines. */
function aliases(): string {
	const rows = ["a: &a [1,1,1,1,1,1,1,1,1]"];
	for (const [name, of] of ["ba", "cb", "dc", "ed"])
		rows.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(",")}]`);
	return rows.join("\n");
}
