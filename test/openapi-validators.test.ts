import fc from "fast-check";
import { sample } from "openapi-sampler";
import { describe, expect, it } from "vitest";
import { withRecords } from "../scripts/records.js";
import { type BuiltIn, builtInIds } from "../src/catalog.ts";
import { builtIn } from "../src/generated/built-in.ts";
import {
	type ApiOperation,
	deliveriesOf,
	operationsOf,
} from "../src/openapi/operations.ts";
import { readQuery, readTexts } from "../src/openapi/router.ts";
import { createValidators } from "../src/openapi/validators.ts";
import { anyText, textOf } from "./support/arbitraries.ts";
import { documentOf, operationOf } from "./support/documents.ts";

const components = {
	schemas: {
		Limit: { type: "integer", minimum: 1, maximum: 100, default: 20 },
		Thing: {
			type: "object",
			required: ["name"],
			additionalProperties: false,
			properties: {
				name: { type: "string", minLength: 1 },
				kind: { enum: ["small", "large", null] },
				version: { const: "1" },
				tags: { type: "array", items: { $ref: "#/components/schemas/Tag" } },
				"a/b": { type: "integer" },
				url: { type: "string", format: "uri" },
				at: { type: "string", format: "date-time" },
				id: { type: "string", format: "uuid" },
				mail: { type: "string", format: "email" },
			},
		},
		Tag: {
			type: "object",
			required: ["label"],
			properties: { label: { type: "string" } },
		},
	},
};

async function parametersOf(parameters: object[]) {
	const { document, operation } = await operationOf(
		{ parameters },
		{ components },
	);
	return { operation, validators: createValidators(document) };
}

const nothing = { path: {}, query: {}, headers: {} };

describe("a query", () => {
	const operation = (parameters: object[]): Promise<ApiOperation> =>
		operationOf({ parameters }, { components }).then((made) => made.operation);

	it.each([
		["boolean", "true", true],
		["boolean", "True", true],
		["boolean", "FALSE", false],
		["boolean", "1", "1"],
		["boolean", "", ""],
		["integer", "20", 20],
		["integer", "-3", -3],
		["integer", "007", 7],
		["integer", "1.5", 1.5],
		["integer", "1e3", "1e3"],
		["integer", "0x10", "0x10"],
		["integer", "", ""],
		["integer", " 1", " 1"],
		["integer", "12345678901234567890", "12345678901234567890"],
		["number", "-0.25", -0.25],
		["number", "NaN", "NaN"],
		["number", "Infinity", "Infinity"],
		["string", "20", "20"],
		["string", "true", "true"],
	])("is read as the %s that %j is", async (type, text, value) => {
		const read = readQuery(
			await operation([{ name: "q", in: "query", schema: { type } }]),
			new URLSearchParams({ q: text }).toString(),
		);

		expect(read).toEqual({ q: value });
	});

	it("is read by a schema that is a reference, or that has several types", async () => {
		const made = await operation([
			{
				name: "limit",
				in: "query",
				schema: { $ref: "#/components/schemas/Limit" },
			},
			{ name: "on", in: "query", schema: { type: ["boolean", "null"] } },
		]);

		expect(readQuery(made, "limit=5&on=False")).toEqual({
			limit: 5,
			on: false,
		});
		expect(readQuery(made, "")).toEqual({ limit: 20 });
	});

	it("is filled with the defaults of what is absent, and of nothing else", async () => {
		const made = await operation([
			{ name: "limit", in: "query", schema: { type: "integer", default: 100 } },
			{ name: "on", in: "query", schema: { type: "boolean", default: true } },
			{ name: "page", in: "query", schema: { type: "integer" } },
			{ name: "X-Key", in: "header", schema: { default: "none" } },
		]);

		expect(readQuery(made, "")).toEqual({ limit: 100, on: true });
		expect(readQuery(made, "on=false&limit=")).toEqual({
			limit: "",
			on: false,
		});
	});

	it("gives a list for a name that may repeat, whether it does or not", async () => {
		const list = (type: string) => ({ type: "array", items: { type } });
		const made = await operation([
			{ name: "id", in: "query", schema: list("integer") },
			{ name: "tag", in: "query", schema: list("string") },
		]);

		expect(readQuery(made, "id=1&tag=x&id=2&id=z")).toEqual({
			id: [1, 2, "z"],
			tag: ["x"],
		});
	});

	it("keeps the last of a name that may not repeat, and names nobody declared", async () => {
		const made = await operation([
			{ name: "page", in: "query", schema: { type: "integer" } },
		]);

		expect(readQuery(made, "page=1&page=2&utm=x+y%21&flag")).toEqual({
			page: 2,
			utm: "x y!",
			flag: "",
		});
	});

	it.each(["__proto__", "constructor", "prototype"])(
		"is refused with the name %s, however it is written",
		async (name) => {
			const made = await operation([]);
			const hidden = `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;

			for (const written of [name, hidden]) {
				expect(() => readQuery(made, `a=1&${written}=2`)).toThrow(
					expect.objectContaining({
						code: "invalid-request",
						message: expect.stringContaining(`"${name}"`),
					}),
				);
			}
		},
	);

	it("is read or refused by name, whatever it holds", async () => {
		const { operation: made, validators } = await parametersOf([
			{
				name: "limit",
				in: "query",
				required: true,
				schema: { $ref: "#/components/schemas/Limit" },
			},
			{
				name: "id",
				in: "query",
				schema: { type: "array", items: { type: "integer" } },
			},
		]);
		fc.assert(
			fc.property(
				fc.oneof(
					anyText(),
					textOf("limit", "id", "=", "&", "%", "1", "__proto__"),
				),
				(text) => {
					const readIt = () => {
						const query = readQuery(made, text);
						validators.parameters(made, { ...nothing, query });
						return Object.getPrototypeOf(query) === Object.prototype;
					};

					const forbidden = new URLSearchParams(text);
					if (
						["__proto__", "constructor", "prototype"].some((name) =>
							forbidden.has(name),
						)
					)
						expect(readIt).toThrow("is not allowed");
					else expect(readIt()).toBe(true);
				},
			),
		);
	});
});

describe("paths and headers", () => {
	it("are read by their schemas, and left alone where those are of text", async () => {
		const { operation } = await operationOf({
			parameters: [
				{ name: "id", in: "path", required: true, schema: { type: "integer" } },
				{
					name: "name",
					in: "path",
					required: true,
					schema: { type: "string" },
				},
				{ name: "X-Dry-Run", in: "header", schema: { type: "boolean" } },
			],
		});
		const params = { id: "12", name: "34" };
		const headers = {
			"x-dry-run": "True",
			accept: "*/*",
			"set-cookie": ["a", "b"],
		};

		expect(readTexts(operation, "path", params)).toEqual({
			id: 12,
			name: "34",
		});
		expect(readTexts(operation, "header", headers)).toEqual({
			...headers,
			"x-dry-run": true,
		});
		expect(params.id).toBe("12");
	});
});

describe("parameters", () => {
	it("that satisfy the document have no violations", async () => {
		const { operation, validators } = await parametersOf([
			{
				name: "id",
				in: "path",
				required: true,
				schema: { type: "string", minLength: 2 },
			},
			{
				name: "limit",
				in: "query",
				schema: { $ref: "#/components/schemas/Limit" },
			},
			{
				name: "X-Key",
				in: "header",
				required: true,
				schema: { type: "string" },
			},
		]);

		const violations = validators.parameters(operation, {
			path: { id: "ab" },
			query: { limit: 100, unknown: "x" },
			headers: { "x-key": "k", accept: "*/*" },
		});

		expect(violations).toEqual([]);
	});

	it("are each refused in their own place, under their own name", async () => {
		const { operation, validators } = await parametersOf([
			{
				name: "id",
				in: "path",
				required: true,
				schema: { type: "string", minLength: 2 },
			},
			{
				name: "limit",
				in: "query",
				schema: { $ref: "#/components/schemas/Limit" },
			},
			{ name: "on", in: "query", required: true, schema: { type: "boolean" } },
			{
				name: "X-Key",
				in: "header",
				required: true,
				schema: { type: "string" },
			},
		]);

		const violations = validators.parameters(operation, {
			path: { id: "a" },
			query: { limit: 101 },
			headers: {},
		});

		expect(violations).toHaveLength(4);
		expect(violations).toEqual(
			expect.arrayContaining([
				{
					in: "path",
					field: "id",
					keyword: "minLength",
					message: "must NOT have fewer than 2 characters",
				},
				{
					in: "query",
					field: "limit",
					keyword: "maximum",
					message: "must be <= 100",
				},
				{
					in: "query",
					field: "on",
					keyword: "required",
					message: "is required",
				},
				{
					in: "header",
					field: "x-key",
					keyword: "required",
					message: "is required",
				},
			]),
		);
	});

	it("that stay text are refused for their type, item by item", async () => {
		const { operation, validators } = await parametersOf([
			{ name: "limit", in: "query", schema: { type: "integer" } },
			{
				name: "id",
				in: "query",
				schema: { type: "array", items: { type: "integer" } },
			},
		]);
		const query = readQuery(operation, "limit=many&id=1&id=two");

		expect(validators.parameters(operation, { ...nothing, query })).toEqual([
			{
				in: "query",
				field: "limit",
				keyword: "type",
				message: "must be integer",
			},
			{
				in: "query",
				field: "id.1",
				keyword: "type",
				message: "must be integer",
			},
		]);
	});

	it("satisfy a reference and what stands beside it", async () => {
		const { operation, validators } = await parametersOf([
			{
				name: "limit",
				in: "query",
				schema: {
					$ref: "#/components/schemas/Limit",
					maximum: 1000,
					multipleOf: 5,
					default: 10,
				},
			},
		]);
		const violations = (query: object) =>
			validators
				.parameters(operation, { ...nothing, query: { ...query } })
				.map(({ keyword }) => keyword);

		expect(readQuery(operation, "")).toEqual({ limit: 10 });
		expect(violations({ limit: 15 })).toEqual([]);
		expect(violations({ limit: 16 })).toEqual(["multipleOf"]);
		expect(violations({ limit: 105 })).toEqual(["maximum"]);
	});

	it("keep references inside their schemas", async () => {
		const { operation, validators } = await parametersOf([
			{
				name: "size",
				in: "query",
				schema: {
					anyOf: [{ $ref: "#/components/schemas/Limit" }, { const: "all" }],
				},
			},
		]);
		const valid = (size: unknown) =>
			validators.parameters(operation, { ...nothing, query: { size } })
				.length === 0;

		expect([valid(5), valid("all"), valid(500), valid("none")]).toEqual([
			true,
			true,
			false,
			false,
		]);
	});
});

describe("a body", () => {
	it.each([
		["that lacks a property", {}, "name", "required", "is required"],
		[
			"that lacks one deep down",
			{ name: "n", tags: [{ label: "a" }, {}] },
			"tags.1.label",
			"required",
			"is required",
		],
		["of the wrong type", [], "", "type", "must be object"],
		[
			"with a value of the wrong type",
			{ name: 5 },
			"name",
			"type",
			"must be string",
		],
		[
			"with an empty text",
			{ name: "" },
			"name",
			"minLength",
			"must NOT have fewer than 1 characters",
		],
		[
			"outside an enum",
			{ name: "n", kind: "huge" },
			"kind",
			"enum",
			'must be one of "small", "large", null',
		],
		[
			"other than a const",
			{ name: "n", version: 1 },
			"version",
			"const",
			'must be "1"',
		],
		[
			"under a name with a slash",
			{ name: "n", "a/b": "x" },
			"a/b",
			"type",
			"must be integer",
		],
		[
			"with a property too many",
			{ name: "n", other: 1 },
			"",
			"additionalProperties",
			'must NOT have additional properties such as "other"',
		],
		[
			"with a broken URL",
			{ name: "n", url: "not a url" },
			"url",
			"format",
			'must match format "uri"',
		],
		[
			"with a broken time",
			{ name: "n", at: "yesterday" },
			"at",
			"format",
			'must match format "date-time"',
		],
		[
			"with a broken UUID",
			{ name: "n", id: "123" },
			"id",
			"format",
			'must match format "uuid"',
		],
		[
			"with a broken address",
			{ name: "n", mail: "a@" },
			"mail",
			"format",
			'must match format "email"',
		],
	])(
		"%s is refused by field, keyword and message",
		async (_, body, field, keyword, message) => {
			const { document, operation } = await operationOf(
				{
					requestBody: {
						content: {
							"application/json": {
								schema: { $ref: "#/components/schemas/Thing" },
							},
						},
					},
				},
				{ components },
			);
			const validators = createValidators(document);
			const media = operation.body?.media.get("application/json");

			expect(validators.body(media ?? "none", body)).toMatchObject([
				{ in: "body", field, keyword, message },
			]);
		},
	);

	it("with a name too many tells which ones there are", async () => {
		const validators = createValidators(await documentOf({ components }));

		const [violation] = validators.body("Thing", { name: "a", nmae: "b" });

		expect(violation?.unknown).toEqual({
			name: "nmae",
			known: Object.keys(components.schemas.Thing.properties),
		});
	});

	it("with several faults is told all of them", async () => {
		const validators = createValidators(await documentOf({ components }));

		const violations = validators.body("Thing", {
			kind: 1,
			version: 2,
			tags: 3,
		});

		expect(violations.map(({ field }) => field).sort()).toEqual([
			"kind",
			"name",
			"tags",
			"version",
		]);
	});

	it("that satisfies its schema has no violations, nor has any body without a schema", async () => {
		const validators = createValidators(await documentOf({ components }));
		const thing = {
			name: "n",
			kind: null,
			version: "1",
			tags: [{ label: "a", more: true }],
			url: "https://example.com/a?b#c",
			at: "2026-11-20T10:15:30.5Z",
			id: "7be555a9-be3b-4049-9361-664842821721",
			mail: "a@b.example",
		};

		expect(validators.body("Thing", thing)).toEqual([]);
		expect(validators.body({ value: {} }, Symbol("anything"))).toEqual([]);
	});

	it.each([
		["what is wrong below a condition", { required: ["b"] }, ["required"]],
		["that a condition allows nothing", false, ["false schema"]],
	])("is told %s, and no more", async (_, then, keywords) => {
		const schemas = { Either: { if: { required: ["a"] }, then, else: {} } };
		const validators = createValidators(
			await documentOf({ components: { schemas } }),
		);

		expect(
			validators.body("Either", { a: 1 }).map(({ keyword }) => keyword),
		).toEqual(keywords);
		expect(validators.body("Either", {})).toEqual([]);
	});

	it("is judged under a path or a component with a per cent sign in its name", async () => {
		const document = await documentOf({
			paths: {
				"/a%20b": {
					post: {
						operationId: "a",
						requestBody: {
							content: { "application/json": { schema: { type: "string" } } },
						},
					},
				},
			},
			components: { schemas: { "50%": { type: "string" } } },
		});
		const validators = createValidators(document);
		const body = operationsOf(document)[0]?.body?.media.get("application/json");

		expect(validators.body(body ?? "none", 1)).toHaveLength(1);
		expect(validators.body("50%", 1)).toHaveLength(1);
	});

	it("may be anything at all without a throw, and is never changed", async () => {
		const validators = createValidators(await documentOf({ components }));
		const hostile = fc.oneof(
			fc.anything({ withNullPrototype: true, withObjectString: true }),
			fc.json().map((text) => JSON.parse(text)),
			fc.record({
				name: fc.anything(),
				tags: fc.array(fc.anything()),
				url: fc.string(),
				mail: fc.string(),
			}),
			fc.constantFrom(
				...["__proto__", "constructor", "toString"].map((name) =>
					JSON.parse(`{"${name}":{"name":1}}`),
				),
			),
		);
		fc.assert(
			fc.property(hostile, (body) => {
				const before = fc.stringify(body);

				const violations = validators.body("Thing", body);

				expect(fc.stringify(body)).toBe(before);
				if (violations.length === 0) expect(body).toHaveProperty("name");
			}),
		);
	});
});

describe("a form", () => {
	const schema = {
		type: "object",
		required: ["secret"],
		properties: {
			secret: { type: "string", minLength: 1 },
			count: { type: "integer" },
			on: { type: "boolean" },
			events: { type: "array", items: { type: "string" } },
		},
	};

	it("has its texts turned into what the schema wants of them", async () => {
		const validators = createValidators(
			await documentOf({ components: { schemas: { Form: schema } } }),
		);
		const fields = { secret: "5", count: "5", on: "true", events: "made" };

		expect(validators.form("Form", fields)).toEqual([]);

		expect(fields).toEqual({
			secret: "5",
			count: 5,
			on: true,
			events: ["made"],
		});
	});

	it("is refused field by field where they cannot be", async () => {
		const validators = createValidators(
			await documentOf({ components: { schemas: { Form: schema } } }),
		);

		const violations = validators.form("Form", {
			count: "five",
			on: "perhaps",
		});

		expect(violations.map(({ field, keyword }) => [field, keyword])).toEqual([
			["secret", "required"],
			["count", "type"],
			["on", "type"],
		]);
	});

	it("does not loosen how a body of JSON is judged", async () => {
		const validators = createValidators(
			await documentOf({ components: { schemas: { Form: schema } } }),
		);
		validators.form("Form", { secret: "x", count: "5" });

		expect(validators.body("Form", { secret: "x", count: "5" })).toMatchObject([
			{ field: "count", keyword: "type" },
		]);
	});
});

describe("a record", () => {
	it("has a problem with its path, or none", async () => {
		const validators = createValidators(await documentOf({ components }));

		expect(validators.problemOf("Thing", { name: "n" })).toBeUndefined();
		expect(validators.problemOf("Thing", { name: "n", extra: 1 })).toBe(
			'must NOT have additional properties such as "extra"',
		);
		expect(validators.problemOf("Thing", { name: "n", tags: [{}] })).toBe(
			"tags.0.label is required",
		);
	});
});

describe("a delivery", () => {
	it("is judged by its headers, in any case, and its body", async () => {
		const document = await documentOf({
			components,
			webhooks: {
				"thing.made": {
					post: {
						parameters: [
							{
								name: "X-Signature",
								in: "header",
								required: true,
								schema: { pattern: "^[0-9a-f]{4}$" },
							},
						],
						requestBody: {
							content: {
								"application/json": {
									schema: { $ref: "#/components/schemas/Thing" },
								},
							},
						},
					},
				},
			},
		});
		const validators = createValidators(document);
		const spec = deliveriesOf(document).get("thing.made");
		if (spec === undefined) throw new Error("the delivery is missing");

		expect(
			validators.delivery(spec, { "x-SIGNATURE": "00ff" }, { name: "n" }),
		).toEqual([]);
		expect(
			validators.delivery(spec, { "X-Signature": "00FF" }, {}),
		).toMatchObject([
			{ in: "header", field: "x-signature", keyword: "pattern" },
			{ in: "body", field: "name", keyword: "required" },
		]);
		expect(validators.delivery(spec, {}, { name: "n" })).toMatchObject([
			{ in: "header", field: "x-signature", keyword: "required" },
		]);
	});

	it("may have any body where the document gives no schema", async () => {
		const document = await documentOf({
			webhooks: {
				"thing.made": {
					post: { requestBody: { content: { "application/json": {} } } },
				},
			},
		});
		const validators = createValidators(document);
		const spec = deliveriesOf(document).get("thing.made");
		if (spec === undefined) throw new Error("the delivery is missing");

		expect(validators.delivery(spec, {}, { anything: true })).toEqual([]);
	});
});

/** A value, and what becomes of it where something else stands in one place, or nothing. */
function variantsOf(value: unknown): unknown[] {
	const others = [null, 7, "text", "", {}, [], ["text"]];
	if (typeof value !== "object" || value === null) return [value, ...others];
	const parts = Object.entries(value).flatMap(([key, part]) =>
		[undefined, ...variantsOf(part)].map((other) =>
			Array.isArray(value)
				? value.with(Number(key), other)
				: { ...value, [key]: other },
		),
	);
	return [value, ...others, ...parts];
}

describe.each(builtInIds)("what the build compiled for %s", (id) => {
	const { document, checks = () => ({}) } = builtIn[id] as BuiltIn;

	it.each(Object.keys(checks()))(
		"finds at %s what the compiler finds",
		async (at) => {
			const described = await withRecords(id, document);
			const media = { schema: at, value: {} };
			const built = createValidators(described, checks);
			const compiled = createValidators(described);
			const values = [
				{ url: 1, events: "none", name: null, secret: {}, workspace_id: 7 },
				...variantsOf(sample({ $ref: at }, {}, described)),
			];

			expect(values.length).toBeGreaterThan(10);
			for (const value of values)
				expect(built.body(media, value)).toEqual(compiled.body(media, value));
		},
	);

	it("is asked in place of the compiler", () => {
		const [at = ""] = Object.keys(checks());
		const content = Object.assign(() => true, { errors: null }) as never;
		const { body } = createValidators(document, () => ({ [at]: content }));

		expect(body({ schema: at, value: {} }, 7)).toEqual([]);
	});
});
