import { describe, expect, it, onTestFinished } from "vitest";
import type { EventRequest } from "../src/engine/composer.ts";
import { fieldsOf } from "../src/openapi/fields.ts";
import { documentOf } from "./support/documents.ts";
import { startEngine } from "./support/engine.ts";

async function engineOf(provider: string) {
	const { engine } = await startEngine(provider);
	onTestFinished(() => engine.close());
	return engine;
}

const change = "study.status.change";

describe("what is set and the document does not know", () => {
	it.each<[string, string, EventRequest, string]>([
		[
			"prolific",
			change,
			{ merge: { stauts: "PAUSED" } },
			'Failed to set "stauts": study.status.change of prolific has no such field. Did you mean "status"? It has resource_id, event_type, metadata, status. To send it as it is, set unchecked: true (--unchecked on the command line).',
		],
		[
			"prolific",
			change,
			{ merge: { status: "PAUSD" } },
			'Failed to set "status" to "PAUSD": study.status.change of prolific has no such value there. Did you mean "PAUSED"? Choose one of UNPUBLISHED, SCHEDULED,',
		],
		[
			"prolific",
			change,
			{ set: { status: "PAUSD" } },
			'Failed to set "status" to "PAUSD"',
		],
		[
			"prolific",
			change,
			{ payload: { status: "ACTIVE" }, merge: { stauts: "PAUSED" } },
			'Did you mean "status"?',
		],
		[
			"solvimon",
			"CUSTOMER.CREATED",
			{ merge: { data: { nam: "x" } } },
			'Failed to set "data.nam": CUSTOMER.CREATED of solvimon has no such field.',
		],
		[
			"solvimon",
			"CUSTOMER.CREATED",
			{ merge: { data: { organization: { legal_nam: "x" } } } },
			'Failed to set "data.organization.legal_nam": CUSTOMER.CREATED of solvimon has no such field. Did you mean "legal_name"? It has legal_name.',
		],
		[
			"solvimon",
			"CUSTOMER.CREATED",
			{ merge: { type: "CUSTOMER.CREATE" } },
			'Did you mean "CUSTOMER.CREATED"',
		],
		[
			"solvimon",
			"CUSTOMER.CREATED",
			{ set: { "data.organization": '{"legal_nam":"x"}' } },
			'Failed to set "data.organization.legal_nam"',
		],
		[
			"openformat",
			"transaction",
			{ merge: { payload: { status: 2 } } },
			'Failed to set "payload.status" to 2: transaction of openformat has no such value there. Choose one of 0, 1.',
		],
		[
			"spritz",
			"payment.completed",
			{ merge: { userID: "x" } },
			'Did you mean "userId"',
		],
		[
			"prolific",
			change,
			{ merge: "PAUSED" as never },
			'Failed to set fields of study.status.change of prolific: "PAUSED" is not an object.',
		],
	])("is refused: %s %s %j", async (provider, type, request, message) => {
		const engine = await engineOf(provider);

		expect(() => engine.send(provider, type, request)).toThrow(message);
		expect(() => engine.preview(provider, type, request)).toThrow(message);
		expect(engine.journal.last).toBe(0);
	});

	it.each<[string, string, EventRequest, object]>([
		[
			"unchecked fields",
			change,
			{ merge: { stauts: 1, status: "PAUSD" }, unchecked: true },
			{ stauts: 1, status: "PAUSD" },
		],
		[
			"unchecked paths",
			change,
			{
				set: {
					"a.b": "1",
					status: "PAUSD",
					resource_id: "12",
					metadata: "x",
				},
				unchecked: true,
			},
			{ a: { b: 1 }, status: "PAUSD", resource_id: "12", metadata: "x" },
		],
		[
			"a whole payload",
			change,
			{ payload: { stauts: 1 } },
			{ stauts: 1, event_type: change },
		],
		[
			"what the payload has already",
			change,
			{ payload: { stauts: 1 }, merge: { stauts: 2 } },
			{ stauts: 2 },
		],
		[
			"whatever is in an object that the document leaves open",
			change,
			{ merge: { metadata: { study: { name: "x" } } } },
			{ metadata: { study: { name: "x" } } },
		],
		[
			"a value of another type, which no list forbids",
			change,
			{ merge: { resource_id: 1 } },
			{ resource_id: 1 },
		],
	])("is sent: %s", async (_, type, request, sent) => {
		const engine = await engineOf("prolific");

		const { event } = engine.send("prolific", type, request);

		expect(event.payload).toMatchObject(sent);
	});
});

describe("the fields of a schema", async () => {
	const document = await documentOf({
		components: {
			schemas: {
				Named: {
					type: "object",
					properties: { name: { enum: ["a", "b"], type: ["string", "null"] } },
				},
				Loop: {
					type: "object",
					properties: { next: { $ref: "#/components/schemas/Loop" } },
				},
			},
		},
	});
	const Named = { $ref: "#/components/schemas/Named" };
	const open = { type: "object" };
	const own = (more: object) => ({
		type: "object",
		properties: { id: { type: "string" } },
		...more,
	});

	it.each([
		["no schema", {}, [], true],
		["properties", own({}), ["id"], false],
		["nothing inside", open, [], true],
		["nothing allowed", { ...open, additionalProperties: false }, [], false],
		["any name", own({ additionalProperties: true }), ["id"], true],
		["names to one schema", own({ additionalProperties: Named }), ["id"], true],
		["patterns", own({ patternProperties: { "^x-": {} } }), ["id"], true],
		[
			"a reference and more",
			{ allOf: [Named, own({})] },
			["name", "id"],
			false,
		],
		["one open condition", { allOf: [open, own({})] }, ["id"], false],
		["a choice", { oneOf: [Named, own({})] }, ["name", "id"], false],
		["a choice or null", { anyOf: [Named, { type: "null" }] }, ["name"], false],
		["an open choice", { anyOf: [Named, open] }, ["name"], true],
		["required alone", own({ anyOf: [{ required: ["id"] }] }), ["id"], false],
	])("are known: %s", (_, schema, names, isOpen) => {
		const fields = fieldsOf(document, schema);

		expect([...fields.names].sort()).toEqual([...names].sort());
		expect(fields.isOpen).toBe(isOpen);
	});

	it.each([
		["none", { type: "string" }, undefined],
		["a list", { enum: [1, 2] }, [1, 2]],
		["a list that may be null", Named.$ref, ["a", "b", null]],
		["one", { const: "x" }, ["x"]],
		["conditions", { allOf: [{ enum: [1, 2] }, { const: 2 }] }, [2]],
		["a type and one", { allOf: [{ type: "string" }, { const: "x" }] }, ["x"]],
		["a choice", { oneOf: [{ const: 1 }, { const: 2 }] }, [1, 2]],
		[
			"a choice or null",
			{ anyOf: [{ enum: [1] }, { type: "null" }] },
			[1, null],
		],
		[
			"an open choice",
			{ anyOf: [{ enum: [1] }, { type: "string" }] },
			undefined,
		],
	])("have values: %s", (_, schema, values) => {
		const place =
			typeof schema === "string"
				? fieldsOf(document, Named).inside("name")
				: fieldsOf(document, schema);

		expect(place?.values).toEqual(values);
	});

	it("go as deep as is asked for, and through lists", () => {
		const loop = fieldsOf(document, { $ref: "#/components/schemas/Loop" });
		const list = fieldsOf(document, { type: "array", items: Named });

		expect(loop.inside("next")?.inside("next")?.names).toEqual(["next"]);
		expect(list.inside(3)?.names).toEqual(["name"]);
		expect(loop.inside("other")).toBeUndefined();
	});
});
