import { expect, it, onTestFinished } from "vitest";
import type { Reply } from "../src/contract/operation.ts";
import { createValidators } from "../src/openapi/validators.ts";
import { acme } from "./support/acme.ts";
import {
	checkReply,
	createCheckedEngine,
	type Mismatch,
} from "./support/conformance.ts";
import { operationOf } from "./support/documents.ts";
import { callerOf } from "./support/engine.ts";

const json = {
	"application/json": { schema: { type: "object", required: ["id"] } },
};
const { document, operation } = await operationOf({
	responses: {
		201: {
			headers: { Location: { required: true }, "X-Hint": {} },
			content: json,
		},
		204: { description: "Gone." },
		"4XX": {
			content: { "application/problem+json": { schema: { type: "object" } } },
		},
	},
});
const validators = createValidators(document);
const { operation: open } = await operationOf({
	responses: { default: { content: json } },
});

const location = { LOCATION: "/things/1" };
const problem = { "content-type": "application/problem+json; charset=utf-8" };

it.each<[string, Reply]>([
	[
		"with everything that is declared",
		{ status: 201, headers: location, body: { id: 1 } },
	],
	["without a body where none is declared", { status: 204 }],
	[
		"of a declared class of statuses",
		{ status: 418, headers: problem, body: {} },
	],
	[
		"that spells its headers as it likes",
		{
			status: 418,
			headers: { "Content-Type": "application/problem+json" },
			body: {},
		},
	],
	[
		"that is right once it is written as JSON",
		{
			status: 201,
			headers: location,
			body: { id: new Date(0), no: undefined },
		},
	],
])("a reply %s is no mismatch", (_, reply) => {
	expect(checkReply(validators, operation, reply)).toBeUndefined();
});

it.each<[string, Reply, string, number]>([
	[
		"of another status",
		{ status: 200, body: {} },
		"the status 200 is not declared",
		0,
	],
	[
		"of another class of statuses",
		{ status: 500 },
		"the status 500 is not declared",
		0,
	],
	[
		"without a required header",
		{ status: 201, headers: { "x-hint": "" }, body: { id: 1 } },
		"the header Location is missing",
		0,
	],
	[
		"without any header",
		{ status: 201, body: { id: 1 } },
		"the header Location is missing",
		0,
	],
	[
		"with a body where none is declared",
		{ status: 204, body: null },
		"no body is declared",
		0,
	],
	[
		"without its body",
		{ status: 201, headers: location },
		"a body is declared",
		0,
	],
	[
		"of another media type",
		{ status: 404, body: {} },
		"the media type application/json is not declared",
		0,
	],
	[
		"with a body that breaks its schema",
		{ status: 201, headers: location, body: {} },
		"the body of the 201 breaks its schema",
		1,
	],
	[
		"whose body loses something when it is written as JSON",
		{ status: 201, headers: location, body: { id: undefined } },
		"the body of the 201 breaks its schema",
		1,
	],
])("a reply %s is a mismatch", (_, reply, text, violations) => {
	const mismatch = checkReply(validators, operation, reply);

	expect(mismatch).toMatchObject({ subject: "make-thing", problem: text });
	expect(mismatch?.violations).toHaveLength(violations);
});

it("the default is for every status that is not declared by itself", () => {
	expect(checkReply(validators, open, { status: 503 })).toMatchObject({
		problem: "a body is declared",
	});
});

it("an engine of the tests tells of replies and deliveries that break the document", async () => {
	const mismatches: Mismatch[] = [];
	const engine = createCheckedEngine(
		{
			providers: [
				acme({
					operations: {
						"make-thing": () => ({ status: 201, body: { size: "x" } }),
						"list-things": () => ({ status: 418 }),
					},
				}),
			],
			receiver: "http://127.0.0.1:9/",
		},
		(mismatch) => mismatches.push(mismatch),
	);
	onTestFinished(() => engine.close());
	const call = callerOf(engine, "acme");

	await call("POST", "/things", { name: "anvil" });
	await call("GET", "/things");
	await call("GET", "/things/12");
	engine.send("acme", "thing.made", { merge: { type: undefined } });

	expect(mismatches).toMatchObject([
		{
			provider: "acme",
			subject: "make-thing",
			problem: "the body of the 201 breaks its schema",
			violations: [{ field: "name" }, { field: "size" }],
		},
		{
			provider: "acme",
			subject: "list-things",
			problem: "a body is declared",
		},
		{
			provider: "acme",
			subject: "thing.made",
			problem: "the delivery breaks its schema",
			violations: [{ field: "type" }],
		},
	]);
});
