import { execFileSync, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Received } from "../src/contract/signing.ts";
import { type HmacScheme, hmac } from "../src/signing/hmac.ts";
import { hmacSha256, hmacSha256Text } from "../src/signing/hmac-sha256.ts";
import { sameText } from "../src/signing/same-text.ts";
import { python, withoutPython } from "./support/python.ts";

const withoutOpenssl = spawnSync("openssl", ["version"]).status !== 0;

const seconds: NonNullable<HmacScheme["timestamp"]> = {
	header: "X-Timestamp",
	format: (at) => String(Math.floor(at / 1000)),
	parse: (text) => (/^\d+$/.test(text) ? Number(text) * 1000 : Number.NaN),
	tolerance: 300_000,
};
const body = Buffer.from('{"a":1}');
const at = Date.UTC(2026, 10, 20, 10, 15, 30);

/** Schemes of every form: bare, timed, with several signatures. */
const schemes: Record<string, HmacScheme> = {
	hex: { header: "Signature", encoding: "hex" },
	HEX: { header: "Signature", encoding: "HEX" },
	base64: { header: "Signature", encoding: "base64" },
	timed: {
		header: "Signature",
		encoding: "hex",
		timestamp: seconds,
		content: (bytes, timestamp) => [`${timestamp}.`, bytes],
	},
	list: {
		header: "Signature",
		encoding: "hex",
		join: (signatures) => signatures.map((each) => `v1=${each}`).join(","),
		split(value) {
			const pairs = value.split(",");
			return pairs.every((pair) => pair.startsWith("v1="))
				? pairs.map((pair) => pair.slice(3))
				: undefined;
		},
	},
};

function lowerCase(headers: Record<string, string>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
	);
}

/** What a receiver gets of a signed request. */
function received(
	scheme: HmacScheme,
	changes: Partial<Received> = {},
	secrets: readonly string[] = ["s3cret"],
): Received {
	const headers = lowerCase(hmac(scheme).sign({ body, secrets, at }));
	return { headers, body, secrets, ...changes };
}

describe("a signature", () => {
	it("is the HMAC-SHA256 of the body by default, in the scheme's encoding", () => {
		const digest = createHmac("sha256", "s3cret").update(body);
		const bytes = digest.digest();
		const signed = (scheme: string) =>
			hmac(schemes[scheme] as HmacScheme).sign({
				body,
				secrets: ["s3cret"],
				at,
			});

		expect(signed("hex")).toEqual({ Signature: bytes.toString("hex") });
		expect(signed("HEX")).toEqual({
			Signature: bytes.toString("hex").toUpperCase(),
		});
		expect(signed("base64")).toEqual({ Signature: bytes.toString("base64") });
	});

	// RFC 2104 hashes a key only when it is longer than a block, which is 64 bytes.
	it.each([0, 1, 63, 64, 65, 128])(
		"is the one of node:crypto for a secret of %i bytes",
		(length) => {
			const secret = "k".repeat(length);
			const wanted = createHmac("sha256", secret).update("a").update(body);
			const bytes = wanted.digest();

			expect(hmacSha256(secret, ["a", body])).toEqual(bytes);
			expect(hmacSha256Text(secret, ["a", body], "hex")).toBe(
				bytes.toString("hex"),
			);
		},
	);

	it("covers what the scheme says, and brings the time it covers", () => {
		const headers = hmac(schemes.timed as HmacScheme).sign({
			body,
			secrets: ["s3cret"],
			at: at + 999,
		});

		expect(headers).toEqual({
			"X-Timestamp": "1795169730",
			Signature: createHmac("sha256", "s3cret")
				.update('1795169730.{"a":1}')
				.digest("hex"),
		});
	});

	it("is made with the newest secret, or with each where the scheme joins them", () => {
		const secrets = ["new", "old"];
		const by = (secret: string) =>
			createHmac("sha256", secret).update(body).digest("hex");

		expect(hmac(schemes.hex as HmacScheme).sign({ body, secrets, at })).toEqual(
			{ Signature: by("new") },
		);
		expect(
			hmac(schemes.list as HmacScheme).sign({ body, secrets, at }),
		).toEqual({
			Signature: `v1=${by("new")},v1=${by("old")}`,
		});
	});

	it("is absent without a secret, and so is its time", () => {
		expect(
			hmac(schemes.timed as HmacScheme).sign({ body, secrets: [], at }),
		).toEqual({});
	});

	it("may come of another digest", () => {
		const signer = hmac({
			header: "Signature",
			encoding: "hex",
			digest: (secret, content) =>
				Buffer.from(`${secret}:${content.join("|")}`.padEnd(32, ".")),
		});

		const headers = signer.sign({ body: Buffer.from("b"), secrets: ["s"], at });

		expect(Buffer.from(headers.Signature as string, "hex").toString()).toBe(
			"s:b.............................",
		);
		expect(
			signer.verify({
				headers: lowerCase(headers),
				body: Buffer.from("b"),
				secrets: ["s"],
			}),
		).toEqual({ ok: true });
	});
});

describe("verifying", () => {
	const timed = schemes.timed as HmacScheme;
	const { verify } = hmac(timed);

	it.each(Object.keys(schemes))("accepts what the scheme %s signed", (name) => {
		const scheme = schemes[name] as HmacScheme;

		expect(hmac(scheme).verify(received(scheme, { now: at }))).toEqual({
			ok: true,
		});
	});

	const good = received(timed).headers;
	it.each<[string, Partial<Received>, string, RegExp]>([
		["no secret", { secrets: [] }, "secret", /no secret/],
		[
			"no signature header",
			{ headers: {} },
			"signature-header",
			/no Signature header/,
		],
		[
			"two signature headers",
			{ headers: { ...good, signature: [good.signature as string, "x"] } },
			"signature-header",
			/no Signature header/,
		],
		[
			"an empty signature",
			{ headers: { ...good, signature: "" } },
			"signature-format",
			/Signature header is not/,
		],
		[
			"a signature of another form",
			{ headers: { ...good, signature: "sha256=00" } },
			"signature-format",
			/format/,
		],
		[
			"no time",
			{ headers: { signature: good.signature } },
			"timestamp-header",
			/X-Timestamp header is absent/,
		],
		[
			"an empty time",
			{ headers: { ...good, "x-timestamp": "" } },
			"timestamp-header",
			/not a time/,
		],
		[
			"a time that is none",
			{ headers: { ...good, "x-timestamp": "today" } },
			"timestamp-header",
			/not a time/,
		],
		[
			"two times",
			{ headers: { ...good, "x-timestamp": ["1", "2"] } },
			"timestamp-header",
			/not a time/,
		],
		[
			"a time too long ago",
			{ now: at + 300_001 },
			"timestamp-age",
			/more than 300 s away/,
		],
		[
			"a time too far ahead",
			{ now: at - 300_001 },
			"timestamp-age",
			/more than 300 s away/,
		],
		[
			"another time",
			{ headers: { ...good, "x-timestamp": "1795169731" } },
			"signature",
			/other bytes/,
		],
		[
			"another body",
			{ body: Buffer.from('{"a":2}') },
			"signature",
			/other bytes/,
		],
		["another secret", { secrets: ["s3creT"] }, "signature", /another secret/],
	])("names the check that fails: %s", (_, changes, check, reason) => {
		expect(verify(received(timed, changes))).toEqual({
			ok: false,
			check,
			reason: expect.stringMatching(reason),
		});
	});

	it.each([at - 300_000, at, at + 300_000, undefined])(
		"accepts a time at the edge of the tolerance, or any when it has no time of its own: %s",
		(now) => {
			const changes = now === undefined ? {} : { now };

			expect(verify(received(timed, changes))).toEqual({ ok: true });
		},
	);

	it("accepts any age where the provider names none", () => {
		const { tolerance: _, ...open } = seconds;
		const scheme = { ...timed, timestamp: open };

		expect(hmac(scheme).verify(received(scheme, { now: at + 1e12 }))).toEqual({
			ok: true,
		});
	});

	it("accepts a signature by any of the receiver's secrets", () => {
		const { headers } = received(schemes.list as HmacScheme, {}, [
			"new",
			"old",
		]);
		const signer = hmac(schemes.list as HmacScheme);
		const verdict = (...secrets: string[]) =>
			signer.verify({ headers, body, secrets }).ok;

		expect(verdict("new")).toBe(true);
		expect(verdict("old")).toBe(true);
		expect(verdict("older", "old")).toBe(true);
		expect(verdict("older", "oldest")).toBe(false);
	});

	it("compares every signature with every secret, also after one fits", () => {
		const digested: string[] = [];
		const scheme: HmacScheme = {
			...(schemes.hex as HmacScheme),
			digest(secret, content) {
				digested.push(secret);
				return createHmac("sha256", secret)
					.update(content[0] as Buffer)
					.digest();
			},
		};
		const { headers } = received(schemes.hex as HmacScheme);

		const verdict = hmac(scheme).verify({
			headers,
			body,
			secrets: ["s3cret", "b", "c"],
		});

		expect(verdict).toEqual({ ok: true });
		expect(digested).toEqual(["s3cret", "b", "c"]);
	});

	it("reads hex in either case", () => {
		const { signature } = received(schemes.hex as HmacScheme).headers;
		const upper = { signature: String(signature).toUpperCase() };

		expect(
			hmac(schemes.hex as HmacScheme).verify({
				headers: upper,
				body,
				secrets: ["s3cret"],
			}),
		).toEqual({ ok: true });
	});

	const hex = String(received(schemes.hex as HmacScheme).headers.signature);
	const base64 = String(
		received(schemes.base64 as HmacScheme).headers.signature,
	);
	it.each([
		["hex", "base64", base64],
		["hex", "a digit too few", hex.slice(1)],
		["hex", "a digit too many", `${hex}0`],
		["hex", "a space before it", ` ${hex}`],
		["hex", "a line end after it", `${hex}\n`],
		["base64", "hex", hex],
		["base64", "no padding", base64.slice(0, -1)],
		["base64", "the alphabet for URLs", `-_${base64.slice(2)}`],
		["base64", "a space in it", `${base64.slice(0, 20)} ${base64.slice(20)}`],
		["base64", "bits after the last byte", otherSpelling(base64)],
		["list", "a pair without its version", `v1=${hex},${hex}`],
		["list", "nothing after the comma", `v1=${hex},`],
	])("refuses the format in %s of %s", (name, _, signature) => {
		const scheme = schemes[name] as HmacScheme;

		expect(
			hmac(scheme).verify({
				headers: { signature },
				body,
				secrets: ["s3cret"],
			}),
		).toMatchObject({
			ok: false,
			check: "signature-format",
		});
	});
});

describe("any scheme", () => {
	const names = fc.constantFrom(...Object.keys(schemes));
	const bytes = fc.uint8Array({ maxLength: 200 });
	const secret = fc.string({ minLength: 1, unit: "grapheme" });

	it("verifies what it signed, of any bytes by any secrets", () => {
		fc.assert(
			fc.property(
				names,
				bytes,
				fc.array(secret, { minLength: 1, maxLength: 3 }),
				fc.nat(4e12),
				(name, signed, secrets, now) => {
					const { sign, verify } = hmac(schemes[name] as HmacScheme);

					const headers = lowerCase(sign({ body: signed, secrets, at: now }));

					expect(verify({ headers, body: signed, secrets, now })).toEqual({
						ok: true,
					});
				},
			),
		);
	});

	it("refuses a body of which one bit was flipped", () => {
		fc.assert(
			fc.property(
				names,
				fc.uint8Array({ minLength: 1, maxLength: 200 }),
				fc.nat(),
				secret,
				(name, signed, place, key) => {
					const { sign, verify } = hmac(schemes[name] as HmacScheme);
					const headers = lowerCase(sign({ body: signed, secrets: [key], at }));
					const flipped = Uint8Array.from(signed);
					const bit = place % (signed.length * 8);
					flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));

					expect(
						verify({ headers, body: flipped, secrets: [key] }),
					).toMatchObject({ ok: false, check: "signature" });
				},
			),
		);
	});

	it("refuses a signature of which one character was changed, and throws over none", () => {
		fc.assert(
			fc.property(
				names,
				fc.nat(),
				fc.string({ minLength: 1, maxLength: 1 }),
				(name, place, character) => {
					const scheme = schemes[name] as HmacScheme;
					const { headers } = received(scheme);
					const signature = String(headers.signature);
					const index = place % signature.length;
					const changed =
						signature.slice(0, index) + character + signature.slice(index + 1);
					fc.pre(changed.toLowerCase() !== signature.toLowerCase());

					expect(
						hmac(scheme).verify(
							received(scheme, { headers: { ...headers, signature: changed } }),
						).ok,
					).toBe(false);
				},
			),
		);
	});
});

describe("sameText", () => {
	it("is true of equal texts alone, whatever their lengths", () => {
		fc.assert(
			fc.property(
				fc.string({ unit: "grapheme" }),
				fc.string({ unit: "grapheme" }),
				(one, other) => {
					expect(sameText(one, `${one}`)).toBe(true);
					expect(sameText(one, other)).toBe(one === other);
					expect(sameText(one, `${one}\0`)).toBe(false);
				},
			),
		);
	});
});

describe("a second implementation", () => {
	const cases = fc.tuple(
		fc.uint8Array({ maxLength: 300 }),
		fc.string({ minLength: 1, unit: "grapheme" }),
	);
	const ours = (message: Uint8Array, secret: string) =>
		hmac(schemes.hex as HmacScheme).sign({
			body: message,
			secrets: [secret],
			at,
		}).Signature;

	// Skipped only where there is no openssl command: nothing else computes the same without our code.
	it.skipIf(withoutOpenssl)("agrees: openssl", () => {
		fc.assert(
			fc.property(cases, ([message, secret]) => {
				const key = `hexkey:${Buffer.from(secret).toString("hex")}`;
				const printed = execFileSync(
					"openssl",
					["dgst", "-sha256", "-mac", "HMAC", "-macopt", key],
					{ input: message },
				);

				expect(printed.toString()).toContain(ours(message, secret));
			}),
			{ numRuns: 5 },
		);
	});

	// Skipped only where there is no python3.
	it.skipIf(withoutPython)("agrees: Python's hmac", () => {
		const [message, secret] = fc.sample(cases, 1)[0] as [Uint8Array, string];
		const program =
			"import hmac,sys;print(hmac.new(sys.argv[1].encode(),sys.stdin.buffer.read(),'sha256').hexdigest())";

		const printed = execFileSync(python, ["-c", program, secret], {
			input: message,
		});

		expect(printed.toString().trim()).toBe(ours(message, secret));
	});
});

/** The same bytes in base64, with the unused bits of the last character set. */
function otherSpelling(text: string): string {
	const alphabet =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const last = alphabet.indexOf(text.at(-2) as string);
	return `${text.slice(0, -2)}${alphabet[last + 1]}=`;
}
