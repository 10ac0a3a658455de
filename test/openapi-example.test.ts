import { describe, expect, it } from "vitest";
import { builtInIds, install } from "../src/catalog.ts";
import { exampleReply } from "../src/engine/reply.ts";
import { operationsOf } from "../src/openapi/operations.ts";
import { createValidators } from "../src/openapi/validators.ts";
import { operationOf } from "./support/documents.ts";

const json = (media: object) => ({ content: { "application/json": media } });

async function replyOf(responses: object, parts: object = {}) {
	const { document, operation } = await operationOf({ responses }, parts);
	return exampleReply(document, operation);
}

describe("an operation nobody implemented", () => {
	it("answers the document's example, whatever the schema would give", async () => {
		const reply = await replyOf({
			201: json({ schema: { type: "object" }, example: { id: "t1", size: 3 } }),
		});

		expect(reply).toEqual({ status: 201, body: { id: "t1", size: 3 } });
	});

	it.each([[null], [false], [0], [""]])(
		"answers the example %j",
		async (example) => {
			const reply = await replyOf({
				200: json({ schema: { type: "object" }, example }),
			});

			expect(reply).toEqual({ status: 200, body: example });
		},
	);

	it("answers the first of several examples", async () => {
		const reply = await replyOf({
			200: json({
				examples: {
					small: { value: { size: 1 } },
					large: { value: { size: 9 } },
				},
			}),
		});

		expect(reply.body).toEqual({ size: 1 });
	});

	it("answers an example that is a reference", async () => {
		const reply = await replyOf(
			{
				200: json({
					examples: { one: { $ref: "#/components/examples/Small" } },
				}),
			},
			{
				components: {
					examples: { Small: { summary: "A small one.", value: { size: 1 } } },
				},
			},
		);

		expect(reply.body).toEqual({ size: 1 });
	});

	it("answers one made from the schema, which satisfies it", async () => {
		const responses = {
			200: json({ schema: { $ref: "#/components/schemas/Page" } }),
		};
		const components = {
			schemas: {
				Page: {
					type: "object",
					required: ["data", "next"],
					properties: {
						data: {
							type: "array",
							minItems: 1,
							items: { $ref: "#/components/schemas/Thing" },
						},
						next: { type: ["string", "null"] },
					},
				},
				Thing: {
					allOf: [
						{
							type: "object",
							required: ["id"],
							properties: { id: { type: "string", format: "uuid" } },
						},
						{
							type: "object",
							required: ["at", "kind", "url", "size"],
							properties: {
								at: { type: "string", format: "date-time" },
								kind: { enum: ["small", "large"] },
								url: { type: "string", format: "uri" },
								size: { type: "integer", minimum: 3 },
								parent: { $ref: "#/components/schemas/Thing" },
							},
						},
					],
				},
			},
		};
		const { document, operation } = await operationOf(
			{ responses },
			{ components },
		);
		const validators = createValidators(document);

		const reply = await exampleReply(document, operation);

		expect(reply.status).toBe(200);
		expect(reply.body).toHaveProperty("data.0.kind", "small");
		expect(validators.body("Page", reply.body)).toEqual([]);
	});

	it("answers with the first status of success", async () => {
		const reply = await replyOf({
			400: json({ example: "no" }),
			202: json({ example: "later" }),
			200: json({ example: "yes" }),
		});

		expect(reply).toEqual({ status: 200, body: "yes" });
	});

	it("answers 200 for a whole class of success", async () => {
		const reply = await replyOf({ "2XX": json({ example: "yes" }) });

		expect(reply).toEqual({ status: 200, body: "yes" });
	});

	it("answers without a body where the document has none", async () => {
		expect(await replyOf({ 204: { description: "Gone." } })).toEqual({
			status: 204,
		});
		expect(await replyOf({ 200: { content: { "text/html": {} } } })).toEqual({
			status: 200,
		});
		expect(await replyOf({})).toEqual({ status: 200 });
	});
});

describe.each(builtInIds)("the document of %s", (id) => {
	it("gives every operation an example that satisfies its schema", async () => {
		const { document } = await install(id);
		const validators = createValidators(document);

		for (const operation of operationsOf(document)) {
			const { status, body } = await exampleReply(document, operation);

			const media = operation.responses
				.get(String(status))
				?.media.get("application/json");
			const violations =
				media === undefined ? [] : validators.body(media, body);
			expect(violations, operation.id).toEqual([]);
		}
	});
});
