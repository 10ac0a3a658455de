import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as browserBytes from "../src/browser/bytes.ts";
import * as browserTransport from "../src/browser/delivery/transport.ts";
import * as browserPlayFile from "../src/browser/hooks/play-file.ts";
import * as browserClient from "../src/browser/msw/client.ts";
import * as browserPeers from "../src/browser/peers.ts";
import * as browserNodeExchange from "../src/browser/receivers/node-exchange.ts";
import * as browserDigests from "../src/browser/signing/digests.ts";
import * as browserKeyPairs from "../src/browser/signing/key-pairs.ts";
import * as bytes from "../src/bytes.ts";
import * as transport from "../src/delivery/transport.ts";
import * as playFile from "../src/hooks/play-file.ts";
import * as client from "../src/msw/client.ts";
import * as peers from "../src/peers.ts";
import * as nodeExchange from "../src/receivers/node-exchange.ts";
import * as digests from "../src/signing/digests.ts";
import * as keyPairs from "../src/signing/key-pairs.ts";
import { anyCharacter } from "./support/arbitraries.ts";

/** The compiler holds each twin to the types of its original. */
const pairs: Readonly<Record<string, [original: object, twin: object]>> = {
	"bytes.ts": pair(bytes, browserBytes),
	"delivery/transport.ts": pair(transport, browserTransport),
	"hooks/play-file.ts": pair(playFile, browserPlayFile),
	"msw/client.ts": pair(client, browserClient),
	"peers.ts": pair(peers, browserPeers),
	"receivers/node-exchange.ts": pair(nodeExchange, browserNodeExchange),
	"signing/digests.ts": pair(digests, browserDigests),
	"signing/key-pairs.ts": pair(keyPairs, browserKeyPairs),
};

describe("a browser's twin", () => {
	it("is there for each file that is replaced, and is held to its types here", () => {
		const src = filesIn("../src/");
		const replaced = filesIn("../src/browser/").filter((file) =>
			src.includes(file),
		);

		expect(Object.keys(pairs).sort()).toEqual(replaced.sort());
	});

	it.each(Object.entries(pairs))(
		"exports what %s does",
		(_, [original, twin]) => {
			expect(Object.keys(twin).sort()).toEqual(Object.keys(original).sort());
		},
	);
});

const someText = fc.string({ unit: anyCharacter, maxLength: 200 });
const someBytes = fc.uint8Array({ maxLength: 200 });
const someData = fc.oneof(someText, someBytes);

describe("the bytes of a browser", () => {
	it("stand for the same texts", () => {
		holds(someBytes, (given) => {
			expect(browserBytes.textOf(given)).toBe(bytes.textOf(given));
			expect(browserBytes.hexOf(given)).toBe(bytes.hexOf(given));
			expect(browserBytes.base64Of(given)).toBe(bytes.base64Of(given));
			expect(browserBytes.base64urlOf(given)).toBe(bytes.base64urlOf(given));
			expect(browserBytes.isUtf8(given)).toBe(bytes.isUtf8(given));
		});
	});

	it("are made of texts and of one another alike", () => {
		holds(fc.array(someData), (given) => {
			expect(plain(browserBytes.joined(given))).toEqual(
				plain(bytes.joined(given)),
			);
			for (const each of given)
				expect(plain(browserBytes.bytesOf(each))).toEqual(
					plain(bytes.bytesOf(each)),
				);
		});
	});

	it("are read from hex and from base64 alike, whatever is between", () => {
		const hex = fc.string({
			unit: fc.constantFrom(..."0123456789abcdefABCDEFx "),
		});
		const base64 = fc.string({ unit: fc.constantFrom(..."AQgw09+/-_= \n") });

		holds(fc.oneof(hex, base64, fc.base64String()), (given) => {
			expect(plain(browserBytes.bytesOfHex(given))).toEqual(
				plain(bytes.bytesOfHex(given)),
			);
			expect(plain(browserBytes.bytesOfBase64(given))).toEqual(
				plain(bytes.bytesOfBase64(given)),
			);
		});
	});

	it("keep a byte order mark", () => {
		const marked = bytes.bytesOf("\ufeff{}");

		expect(browserBytes.textOf(marked)).toBe("\ufeff{}");
	});

	it("are searched alike", () => {
		const letters = fc.string({ unit: fc.constantFrom("a", "b", "é") });
		const wanted = fc.string({
			unit: fc.constantFrom("a", "b", "é"),
			minLength: 1,
			maxLength: 3,
		});

		holds(fc.tuple(letters, wanted, fc.nat(5)), ([text, part, from]) => {
			const given = bytes.bytesOf(text);

			expect(browserBytes.placeIn(given, part, from)).toBe(
				bytes.placeIn(given, part, from),
			);
		});
	});

	it("of a long body become base64 without an overflow", () => {
		const long = new Uint8Array(300_000).fill(200);

		expect(browserBytes.base64Of(long)).toBe(bytes.base64Of(long));
	});
});

describe("the digests of a browser", () => {
	it("are those of Node", () => {
		holds(fc.tuple(someData, fc.array(someData)), ([key, content]) => {
			expect(plain(browserDigests.sha256(...content))).toEqual(
				plain(digests.sha256(...content)),
			);
			for (const name of ["sha1", "sha256", "sha512"] as const)
				expect(plain(browserDigests.keyed(name, key, content))).toEqual(
					plain(digests.keyed(name, key, content)),
				);
			const bytes = Buffer.from(key as string);
			expect(browserDigests.crc32(bytes)).toBe(digests.crc32(bytes));
		});
	});

	it("tell bytes apart", () => {
		const body = Uint8Array.of(1, 2, 3);

		expect(browserDigests.sameBytes(body, Uint8Array.of(1, 2, 3))).toBe(true);
		expect(browserDigests.sameBytes(body, Uint8Array.of(1, 2, 4))).toBe(false);
		expect(browserDigests.sameBytes(body, Uint8Array.of(1, 2))).toBe(false);
	});
});

function pair<Original extends object>(
	original: Original,
	twin: NoInfer<Original>,
): [object, object] {
	return [original, twin];
}

function filesIn(folder: string): string[] {
	return readdirSync(new URL(folder, import.meta.url), {
		recursive: true,
		encoding: "utf8",
	}).filter((file) => file.endsWith(".ts"));
}

/** Seeded, so that what fails fails again. */
function holds<Value>(
	values: fc.Arbitrary<Value>,
	check: (value: Value) => void,
): void {
	fc.assert(fc.property(values, check), { seed: 4, numRuns: 300 });
}

/** Texts are compared much faster than bytes. */
function plain(value: Uint8Array): string {
	return Buffer.from(value).toString("hex");
}
