import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import provider from "../../src/providers/solvimon/index.ts";
import { startOfTest } from "../support/engine.ts";
import { minute } from "./solvimon-setup.ts";

describe("solvimon's verifier", () => {
	const signer = provider.signer({
		hexCase: "upper",
		separator: "comma",
	} as never);
	const body = Buffer.from('{"a":1}');
	const at = startOfTest;
	const headers = { "x-payload-signature-timestamp": "2026-11-20T10:15:30Z" };
	const signature = `v1=${createHmac("sha256", "k").update('2026-11-20T10:15:30Z.{"a":1}').digest("hex")}`;
	const verify = (value: string, now = at) =>
		signer.verify({
			headers: { ...headers, "x-payload-signature": value },
			body,
			secrets: ["k"],
			now,
		});

	it("accepts either case, any pair of several and versions it does not know", () => {
		for (const value of [
			signature,
			`v1=${signature.slice(3).toUpperCase()}`,
			`v2=abc,${signature}`,
			`v1=${"0".repeat(64)},${signature}`,
		]) {
			expect(verify(value)).toEqual({ ok: true });
		}
	});

	it.each([
		["no pair", "abc", "signature-format"],
		["another version alone", "v2=abc", "signature-format"],
		["a short signature", "v1=abc", "signature-format"],
		["another signature", `v1=${"0".repeat(64)}`, "signature"],
	])("refuses %s", (_, value, check) => {
		expect(verify(value)).toMatchObject({ ok: false, check });
	});

	it("refuses a signature older than five minutes", () => {
		expect(verify(signature, at + 5 * minute)).toEqual({ ok: true });
		expect(verify(signature, at + 5 * minute + 1)).toMatchObject({
			ok: false,
			check: "timestamp-age",
		});
	});

	it("refuses a timestamp of another form", () => {
		const received = {
			headers: {
				"x-payload-signature": signature,
				"x-payload-signature-timestamp": "1763633730",
			},
			body,
			secrets: ["k"],
		};
		expect(signer.verify(received)).toMatchObject({
			ok: false,
			check: "timestamp-header",
		});
	});
});
