import { expect, test } from "vitest";
import { readProvider } from "../scripts/provider-file.js";

const text = `signature:
  headers: { X-Signature: "{signatures}" }
delivery:
  timeout: 10s
  retries: [1m, 1h]
byOption:
  retry:
    none: { delivery: { retries: [] } }
  hexCase:
    upper: { signature: { encoding: HEX } }
`;
const options = {
	retry: { summary: "Retries", values: ["some", "none"], default: "some" },
	hexCase: { summary: "Case", values: ["lower", "upper"], default: "lower" },
};

function read(changed = text) {
	const path = "fixtures/acme/provider.yaml";
	return readProvider(
		changed,
		path,
		options,
		(name) => import(`../src/${name}`),
	);
}

test("a provider's file declares how it signs and delivers, and what options change of that", async () => {
	const rules = await read();

	expect(JSON.parse(JSON.stringify(rules))).toEqual({
		signature: {
			always: { headers: { "X-Signature": "{signatures}" } },
			byOption: { retry: {}, hexCase: { upper: { encoding: "HEX" } } },
		},
		delivery: {
			always: policyWith([60_000, 3_600_000]),
			byOption: { retry: { none: policyWith([]) }, hexCase: {} },
		},
	});
});

function policyWith(delays: number[]) {
	const retry = { delays, jitter: "none" };
	return { timeout: 10_000, retry, ordered: false };
}

test.each([
	["timeout: 10s", "timeout: 10", "delivery.timeout: it must be text"],
	["timeout: 10s", "timeout: soon", 'the duration "soon"'],
	["timeout: 10s", "patience: 10s", 'takes no "patience"'],
	[
		"{signatures}",
		"{signature}",
		"signature.headers.X-Signature: Unknown value",
	],
	["retries: []", "retires: []", 'none.delivery.retires: "delivery" takes no'],
	["encoding: HEX", "encoding: Hex", "upper.signature.encoding"],
	["    upper:", "    Upper:", "hexCase.Upper: there is no such option"],
	["  hexCase:", "  hexcase:", "hexcase.upper: there is no such option"],
])("%s written as %s is refused", async (right, wrong, expected) => {
	await expect(read(text.replace(right, wrong))).rejects.toThrow(expected);
});
