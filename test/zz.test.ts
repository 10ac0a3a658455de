import fc from "fast-check";
import { it, expect } from "vitest";
import { readQuery } from "../src/openapi/parameters.ts";
import { createValidators } from "../src/openapi/validators.ts";
import { operationOf } from "./support/documents.ts";
it("x", async () => {
	const { document, operation } = await operationOf({ parameters: [{ name: "limit", in: "query", required: true, schema: { type: "integer" } }, { name: "id", in: "query", schema: { type: "array", items: { type: "integer" } } }] });
	const t0 = performance.now();
	const v = await createValidators(document);
	console.log("create", performance.now() - t0);
	for (const q of ["limit=1", "limit=1", "a=1"]) { const t = performance.now(); v.parameters(operation, { path: {}, headers: {}, query: readQuery(operation, q) }); console.log("one", performance.now() - t); }
	const t = performance.now();
	expect(() => readQuery(operation, "__proto__=1")).toThrow("is not allowed");
	console.log("throw", performance.now() - t);
	let slow = 0;
	fc.assert(fc.property(fc.array(fc.constantFrom("limit", "id", "=", "&", "%", "1", "__proto__")).map((p) => p.join("")), (text) => {
		const t = performance.now();
		try { v.parameters(operation, { path: {}, headers: {}, query: readQuery(operation, text) }); } catch {}
		slow = Math.max(slow, performance.now() - t);
	}));
	console.log("slowest", slow, performance.now() - t);
	const t3 = performance.now();
	for (let i = 0; i < 100; i++) expect(true).toBe(true);
	console.log("100 expects", performance.now() - t3);
});
