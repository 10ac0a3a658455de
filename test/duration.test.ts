import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../src/duration.ts";

describe("a duration", () => {
	it.each([
		["500ms", 500],
		["30s", 30_000],
		["10m", 600_000],
		["1.5h", 5_400_000],
		["1h30m", 5_400_000],
		["3d", 259_200_000],
		["1w", 604_800_000],
		["0s", 0],
	])("is read from %s", (text, milliseconds) => {
		expect(parseDuration(text)).toBe(milliseconds);
	});

	it.each(["", "10", "m", "-1m", "1 h", "3 days", "1e9d", "1h\n"])(
		"is refused where it is %j, with what to give",
		(text) => {
			expect(() => parseDuration(text)).toThrow(
				/^Failed to read the duration .+\. Give one such as 500ms, 30s/,
			);
		},
	);

	it.each(["36525d1ms", "36889d", "99999999999d"])(
		"longer than a hundred years is refused for that: %s",
		(text) => {
			expect(() => parseDuration(text)).toThrow(
				`Failed to read the duration "${text}": it is longer than 100 years. Give one of at most 36525d.`,
			);
		},
	);

	it.each([
		[0, "0s"],
		[500, "500ms"],
		[999.6, "1s"],
		[1500, "1.5s"],
		[9960, "10s"],
		[13_063, "13s"],
		[119_600, "2m"],
		[5_400_000, "1h30m"],
		[90_061_001, "1d1h"],
	])("of %d ms is written in one form", (milliseconds, text) => {
		expect(formatDuration(milliseconds)).toBe(text);
	});

	it("is read back as it was written", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e12 }), (milliseconds) => {
				const written = formatDuration(milliseconds);

				expect(formatDuration(parseDuration(written))).toBe(written);
			}),
		);
	});
});
