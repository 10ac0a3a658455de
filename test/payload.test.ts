import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composePayload } from "../src/engine/composer.ts";

const fixture = {
	created_at: "2020-01-01T00:00:00Z",
	type: "CUSTOMER.CREATED",
	data: {
		id: "cust_1",
		tags: ["a", "b"],
		address: { city: "Delft", zip: "1" },
	},
};
const eventFields = () => ({ created_at: "2026-11-20T10:15:30Z" });
const noFields = () => ({});

describe("a payload", () => {
	it("is the fixture with the parts that belong to this event", () => {
		expect(composePayload(fixture, {}, eventFields)).toEqual({
			...fixture,
			created_at: "2026-11-20T10:15:30Z",
		});
	});

	it("takes the user's values, object by object, over the fixture and over the event's parts", () => {
		const merge = { created_at: "never", data: { address: { zip: "2" } } };

		expect(composePayload(fixture, { merge }, eventFields)).toEqual({
			created_at: "never",
			type: "CUSTOMER.CREATED",
			data: {
				id: "cust_1",
				tags: ["a", "b"],
				address: { city: "Delft", zip: "2" },
			},
		});
	});

	it("has lists, nulls and texts replaced rather than merged", () => {
		const merge = {
			type: null,
			data: { tags: ["c"], address: "none", id: { nested: true } },
		};

		expect(composePayload(fixture, { merge }, noFields)).toEqual({
			...fixture,
			type: null,
			data: { id: { nested: true }, tags: ["c"], address: "none" },
		});
	});

	it("is the user's own in place of the fixture, with only its gaps filled", () => {
		const payload = { own: true, data: { id: "x" } };
		const fields = () => ({
			created_at: "now",
			data: { id: "filled", at: "now" },
		});

		expect(composePayload(fixture, { payload }, fields)).toEqual({
			own: true,
			data: { id: "x", at: "now" },
			created_at: "now",
		});
	});

	it("takes single values over the user's own payload as well", () => {
		const request = { payload: { a: { b: 1, c: 2 } }, merge: { a: { c: 3 } } };

		expect(composePayload(fixture, request, noFields)).toEqual({
			a: { b: 1, c: 3 },
		});
	});

	it("shows what the user gave to what derives the event's fields", () => {
		const seen: unknown[] = [];
		const see = (payload: unknown) => {
			seen.push(payload);
			return {};
		};

		composePayload(fixture, { merge: { type: "X" } }, see);
		composePayload(fixture, { payload: { a: 1 }, merge: { b: 2 } }, see);

		expect(seen).toEqual([
			{ ...fixture, type: "X" },
			{ a: 1, b: 2 },
		]);
	});

	it("keeps the order of the keys: the fixture's, then what is new", () => {
		const merge = { extra: 1, data: { more: 1, id: "2" }, type: "X" };
		const composed = composePayload(fixture, { merge }, () => ({
			filled: 1,
			created_at: "now",
		}));

		expect(JSON.stringify(composed)).toBe(
			'{"created_at":"now","type":"X","data":{"id":"2","tags":["a","b"],"address":{"city":"Delft","zip":"1"},"more":1},"extra":1,"filled":1}',
		);
	});

	it("keeps the order of the keys of the user's own payload, deep inside too", () => {
		const payload = { z: 1, data: { z: 1, a: 2 }, a: 3 };
		const composed = composePayload(fixture, { payload }, () => ({
			a: 0,
			data: { a: 0, n: 0, z: 0 },
			n: 0,
		}));

		expect(JSON.stringify(composed)).toBe(
			'{"z":1,"data":{"z":1,"a":2,"n":0},"a":3,"n":0}',
		);
	});

	it("leaves the fixture and the user's values as they were", () => {
		const merge = { data: { address: { zip: "2" } } };
		const before = JSON.stringify([fixture, merge]);

		composePayload(fixture, { merge }, eventFields);

		expect(JSON.stringify([fixture, merge])).toBe(before);
	});

	it.each(["__proto__", "constructor", "prototype"])(
		"is refused with the name %s, at any depth that is merged",
		(name) => {
			const hostile = JSON.parse(`{"${name}":{"polluted":true}}`);
			const deep = JSON.parse(
				`{"data":{"address":{"${name}":{"polluted":true}}}}`,
			);
			const refusal = expect.objectContaining({
				code: "invalid-request",
				message: `Failed to compose the payload: the name "${name}" is not allowed.`,
			});

			expect(() =>
				composePayload(fixture, { merge: hostile }, noFields),
			).toThrow(refusal);
			expect(() => composePayload(fixture, { merge: deep }, noFields)).toThrow(
				refusal,
			);
			expect(() =>
				composePayload(fixture, { payload: hostile }, noFields),
			).toThrow(refusal);
			expect(() =>
				composePayload(fixture, { payload: {}, merge: hostile }, noFields),
			).toThrow(refusal);
		},
	);

	it("takes any JSON without harm to other objects", () => {
		const object = fc.dictionary(
			fc.oneof(fc.string(), fc.constantFrom("__proto__", "toString", "data")),
			fc.jsonValue(),
		);
		fc.assert(
			fc.property(
				fc.option(object, { nil: undefined }),
				fc.option(object, { nil: undefined }),
				(payload, merge) => {
					try {
						const composed = composePayload(
							fixture,
							{ payload, merge },
							noFields,
						);

						const given = { ...(payload ?? fixture), ...merge };
						expect(new Set(Object.keys(composed))).toEqual(
							new Set(Object.keys(given)),
						);
					} catch (error) {
						expect(error).toMatchObject({ code: "invalid-request" });
					}
					expect(Object.getPrototypeOf({})).toBe(Object.prototype);
					expect({}).not.toHaveProperty("polluted");
				},
			),
		);
	});
});
