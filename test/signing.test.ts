import { execFileSync, spawnSync } from "node:child_process";
import {
	createECDH,
	createHash,
	createHmac,
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	verify as verifyBytes,
} from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Received } from "../src/contract/signing.ts";
import {
	bodySentBadly,
	inventedProvider,
	parseBadSignature,
	signBadly,
} from "../src/delivery/bad-signature.ts";
import { presetNames, presetOf } from "../src/presets.ts";
import { sameText } from "../src/signing/digests.ts";
import { keyPair } from "../src/signing/key-pairs.ts";
import { type Scheme, schemeProblems } from "../src/signing/scheme.ts";
import { createSigner } from "../src/signing/signer.ts";
import { acmeSigner } from "./support/acme.ts";
import { messageOf } from "./support/message.ts";
import { python, withoutPython } from "./support/python.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

const withoutOpenssl = spawnSync("openssl", ["version"]).status !== 0;

const body = Buffer.from('{"a":1}');
const at = Date.UTC(2026, 10, 20, 10, 15, 30);

/** Schemes of every form: bare, timed, with several signatures, with all in one header. */
const schemes = {
	hex: { headers: { Signature: "{signatures}" } },
	HEX: { encoding: "HEX", headers: { Signature: "{signatures}" } },
	base64: { encoding: "base64", headers: { Signature: "{signatures}" } },
	sha1: { algorithm: "hmac-sha1", headers: { Signature: "{signatures}" } },
	sha512: { algorithm: "hmac-sha512", headers: { Signature: "{signatures}" } },
	plain: {
		algorithm: "sha256",
		content: "{secret}{body}",
		headers: { Signature: "{signatures}" },
	},
	timed: {
		content: "{timestamp}.{body}",
		timestamp: { tolerance: "5m" },
		headers: { "X-Timestamp": "{timestamp}", Signature: "{signatures}" },
	},
	list: {
		secrets: "all",
		each: "v1={signature}",
		headers: { Signature: "{signatures}" },
	},
	oneHeader: {
		content: "{timestamp}.{body}",
		timestamp: { tolerance: "5m" },
		secrets: "all",
		each: "v1={signature}",
		headers: { Signature: "t={timestamp},{signatures}" },
	},
	whole: {
		key: { encoding: "utf8", strip: "whsec_" },
		content: "{method}{url}{type}.{id}.{timestamp}.{body}",
		timestamp: { format: "iso" },
		encoding: "base64",
		each: "v1,{signature}",
		join: " ",
		headers: {
			"X-Id": "{id}",
			"X-Type": "{type}",
			"X-Time": "{timestamp}",
			Signature: "{signatures}",
		},
	},
} as const satisfies Readonly<Record<string, Scheme>>;

const url = "https://example.com/hooks?a=1";

function sign(
	scheme: Scheme,
	secrets: readonly string[] = ["s3cret"],
	signed: Uint8Array = body,
	when = at,
): Record<string, string> {
	return createSigner(scheme).sign(
		messageOf({ body: signed, secrets, at: when, url }),
	);
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
	);
}

/** What a receiver gets of a signed request. */
function received(
	scheme: Scheme,
	changes: Partial<Received> = {},
	secrets: readonly string[] = ["s3cret"],
): Received {
	const headers = lowerCase(sign(scheme, secrets));
	return { headers, body, secrets, url, ...changes };
}

describe("a signature", () => {
	it("is the HMAC-SHA256 of the body by default, in the scheme's encoding", () => {
		const bytes = createHmac("sha256", "s3cret").update(body).digest();

		expect(sign(schemes.hex)).toEqual({ Signature: bytes.toString("hex") });
		expect(sign(schemes.HEX)).toEqual({
			Signature: bytes.toString("hex").toUpperCase(),
		});
		expect(sign(schemes.base64)).toEqual({
			Signature: bytes.toString("base64"),
		});
	});

	it.each([
		["sha1", "sha1"],
		["sha512", "sha512"],
	] as const)("may be an HMAC-%s", (scheme, digest) => {
		const wanted = createHmac(digest, "s3cret").update(body).digest("hex");

		expect(sign(schemes[scheme])).toEqual({ Signature: wanted });
	});

	it("may be a plain digest, with the secret in what is signed", () => {
		const wanted = createHash("sha256").update("s3cret").update(body);

		expect(sign(schemes.plain)).toEqual({ Signature: wanted.digest("hex") });
	});

	// RFC 2104 hashes a key only when it is longer than a block, which is 64 bytes.
	it.each([0, 1, 63, 64, 65, 128])(
		"is the one of node:crypto for a secret of %i bytes",
		(length) => {
			const secret = "k".repeat(length);
			const wanted = createHmac("sha256", secret).update(body);

			expect(sign(schemes.hex, [secret])).toEqual({
				Signature: wanted.digest("hex"),
			});
		},
	);

	it("is the one of node:crypto for a long body", () => {
		const long = Buffer.alloc(70_000, "é");
		const wanted = createHmac("sha256", "s3cret").update(long);

		expect(sign(schemes.base64, ["s3cret"], long)).toEqual({
			Signature: wanted.digest("base64"),
		});
	});

	it("covers what the scheme says, and brings the time it covers", () => {
		const headers = sign(schemes.timed, ["s3cret"], body, at + 999);

		expect(headers).toEqual({
			"X-Timestamp": "1795169730",
			Signature: createHmac("sha256", "s3cret")
				.update('1795169730.{"a":1}')
				.digest("hex"),
		});
	});

	it("is made with the newest secret, or with each where the scheme says so", () => {
		const by = (secret: string) =>
			createHmac("sha256", secret).update(body).digest("hex");

		expect(sign(schemes.hex, ["new", "old"])).toEqual({ Signature: by("new") });
		expect(sign(schemes.list, ["new", "old"])).toEqual({
			Signature: `v1=${by("new")},v1=${by("old")}`,
		});
	});

	it("shares a header with its time where the scheme says so", () => {
		const by = (secret: string) =>
			createHmac("sha256", secret).update("1795169730.").update(body);

		expect(sign(schemes.oneHeader, ["new", "old"])).toEqual({
			Signature: `t=1795169730,v1=${by("new").digest("hex")},v1=${by("old").digest("hex")}`,
		});
	});

	it("covers the id, the type, the method and the URL where the scheme says so", () => {
		const time = new Date(at).toISOString();
		const content = `POST${url}order.paid.evt_1.${time}.{"a":1}`;
		const wanted = createHmac("sha256", "s3cret").update(content);

		expect(sign(schemes.whole, ["whsec_s3cret"])).toEqual({
			"X-Id": "evt_1",
			"X-Type": "order.paid",
			"X-Time": time,
			Signature: `v1,${wanted.digest("base64")}`,
		});
	});

	it.each([
		["{body.sha256}", createHash("sha256").update(body).digest("hex")],
		["{body.crc32}", "1444654255"],
		["{json:/a}", "1"],
		["{json:/b}", ""],
	])("covers %s of the body", (content, text) => {
		const scheme = { content, headers: { Signature: "{signatures}" } };
		const wanted = createHmac("sha256", "s3cret").update(text).digest("hex");

		expect(sign(scheme)).toEqual({ Signature: wanted });
	});

	it.each([
		["by name", "B=3&A=1+2", "A1 2B3"],
		["by value where a name comes again", "A=2&A=1&B=3&A=10", "A1A10A2B3"],
		["and those that are the same once", "B=3&A=1&B=3", "A1B3"],
	])("covers the fields of a form, sorted %s", (_, form, text) => {
		const scheme = {
			content: "{url}{body.form}",
			headers: { Signature: "{signatures}" },
		};
		const wanted = createHmac("sha256", "s3cret").update(url + text);

		expect(sign(scheme, ["s3cret"], Buffer.from(form))).toEqual({
			Signature: wanted.digest("hex"),
		});
	});

	it("reads a form as URLSearchParams does", () => {
		const piece = fc.constantFrom(..."&&==+?%", "%2B", "%c3%A9", "%e9", "%4");
		const printable = fc.integer({ min: 0x20, max: 0x7e });
		const character = printable.map((code) => String.fromCodePoint(code));
		const form = fc
			.array(fc.oneof(piece, character))
			.map((all) => all.join(""));
		const scheme = {
			content: "{body.form}",
			headers: { Signature: "{signatures}" },
		};

		fc.assert(
			fc.property(form, (text) => {
				// It stands between a name and a value below.
				fc.pre(!text.includes("%00"));
				const fields = [...new URLSearchParams(`&${text}`)].map((field) =>
					field.join("\0"),
				);
				const read = [...new Set(fields)].sort().join("").replaceAll("\0", "");

				const signed = sign(scheme, ["s3cret"], Buffer.from(text));

				const wanted = createHmac("sha256", "s3cret").update(read);
				expect(signed).toEqual({ Signature: wanted.digest("hex") });
			}),
			{
				examples: [
					["?a=1"],
					["a=100%&b=%zz&c=%E9"],
					["+a+=%2B=&&=x&y"],
					["é=日"],
				],
			},
		);
	});

	it.each([
		["base64", "c2VjcmV0LWtleQ==", "secret-key"],
		["hex", "6b65-79", "key"],
	] as const)("takes the secret for %s", (encoding, secret, key) => {
		const scheme = { ...schemes.hex, key: { encoding } };
		const wanted = createHmac("sha256", key).update(body).digest("hex");

		expect(sign(scheme, [secret])).toEqual({ Signature: wanted });
	});

	it.each(["base64", "hex"] as const)(
		"is refused for a secret that is not %s, without showing it",
		(encoding) => {
			const scheme = { ...schemes.hex, key: { encoding } };

			expect(() => sign(scheme, ["no key!"])).toThrow(
				`Failed to use the secret: it must be ${encoding} in this scheme.`,
			);
			const verdict = createSigner(scheme).verify({
				...received(schemes.hex),
				secrets: ["no key!"],
			});
			expect(verdict).toMatchObject({ ok: false, check: "secret" });
		},
	);

	it("is absent without a secret, and so is its time", () => {
		expect(sign(schemes.timed, [])).toEqual({});
	});

	it("is the example of the Standard Webhooks libraries", () => {
		const { signature } = presetOf("standard-webhooks");
		const message = messageOf({
			id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
			body: Buffer.from('{"test": 2432232314}'),
			secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
			at: 1_614_265_330_000,
		});

		expect(createSigner(signature).sign(message)).toEqual({
			"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
			"webhook-timestamp": "1614265330",
			"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		});
	});
});

describe("a key pair", () => {
	const pairs = {
		ed25519: () => generateKeyPairSync("ed25519"),
		"ecdsa-p256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
		"rsa-sha256": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
	} as const;

	it.each(["ed25519", "ecdsa-p256", "rsa-sha256"] as const)(
		"signs with the private key and verifies with either, as PEM or DER: %s",
		(algorithm) => {
			const { privateKey, publicKey } = pairs[algorithm]();
			const scheme = { ...schemes.base64, algorithm };
			const { verify } = createSigner(scheme);
			const texts = {
				privatePem: privateKey.export({ format: "pem", type: "pkcs8" }),
				publicPem: publicKey.export({ format: "pem", type: "spki" }),
				privateDer: privateKey
					.export({ format: "der", type: "pkcs8" })
					.toString("base64"),
				publicDer: publicKey
					.export({ format: "der", type: "spki" })
					.toString("base64"),
			};

			for (const secret of [texts.privatePem, texts.privateDer]) {
				const headers = lowerCase(sign(scheme, [String(secret)]));
				const signature = Buffer.from(headers.signature ?? "", "base64");
				const digest = algorithm === "ed25519" ? null : "sha256";
				expect(verifyBytes(digest, body, publicKey, signature)).toBe(true);
				for (const key of Object.values(texts))
					expect(verify({ headers, body, secrets: [String(key)] })).toEqual({
						ok: true,
					});
			}
			expect(() => sign(scheme, [String(texts.publicPem)])).toThrow(
				`the secret is no private key for ${algorithm}`,
			);
		},
	);

	// RFC 6979, appendix A.2.5: the key, and its signatures with SHA-256.
	it.each([
		[
			"sample",
			"efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
			"f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
		],
		[
			"test",
			"f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
			"019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
		],
	])("signs by ECDSA as RFC 6979 shows it: %s", (content, r, s) => {
		const secret = Buffer.from(
			"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
			"hex",
		);

		const { sign } = keyPair("ecdsa-p256", pemOf(secret), undefined);
		const signature = Buffer.from(sign([content]));

		const integer = (hex: string) =>
			hex >= "8" ? `022100${hex}` : `0220${hex}`;
		const integers = integer(r) + integer(s);
		const length = (integers.length / 2).toString(16);
		expect(signature.toString("hex")).toBe(`30${length}${integers}`);
	});

	it("signs the same alike by ECDSA, and what Node verifies, whatever key and content", () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 32, maxLength: 32 }),
				fc.uint8Array({ maxLength: 100 }),
				(drawn, content) => {
					const secret = createHash("sha256").update(drawn).digest();
					const pem = pemOf(secret);
					const { sign } = keyPair("ecdsa-p256", pem, undefined);

					const signature = sign([content]);

					const key = createPublicKey(pem);
					expect(verifyBytes("sha256", content, key, signature)).toBe(true);
					expect(sign([content])).toEqual(signature);
				},
			),
			{ numRuns: 200 },
		);
	});

	it("takes the 32 bytes of an Ed25519 key as hex, as RFC 8032 shows them", () => {
		const scheme = {
			algorithm: "ed25519",
			key: { encoding: "hex" },
			headers: { Signature: "{signatures}" },
		} as const;
		// Section 7.1, test 2.
		const secret =
			"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

		expect(sign(scheme, [secret], Buffer.from("72", "hex"))).toEqual({
			Signature:
				"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
		});
	});
});

describe("the problems of a scheme", () => {
	const headers = { Signature: "{signatures}" };

	it.each<[string, unknown, string, string]>([
		["no object", "stripe", "", "must be a table of names"],
		["no headers", {}, "", 'it has no "headers"'],
		[
			"an unknown key",
			{ headers, algoritm: "sha256" },
			"algoritm",
			'Did you mean "algorithm"?',
		],
		[
			"an unknown algorithm",
			{ headers, algorithm: "md5" },
			"algorithm",
			"Choose one of hmac-sha1",
		],
		[
			"an unknown key of a key",
			{ headers, timestamp: { age: "5m" } },
			"timestamp.age",
			"Choose one of format, tolerance",
		],
		[
			"a duration that is none",
			{ headers, timestamp: { tolerance: "5 minutes" } },
			"timestamp.tolerance",
			"Failed to read the duration",
		],
		[
			"a place in a body without its slash",
			{ headers, timestamp: { body: "sentAt" } },
			"timestamp.body",
			'must be like "/sentAt", not "sentAt"',
		],
		[
			"an unknown value",
			{ headers, content: "{time}.{body}" },
			"content",
			"Unknown value {time}",
		],
		[
			"a header without a name",
			{ headers: { ...headers, "a b": "{id}" } },
			"headers.a b",
			"is no name of a header",
		],
		[
			"a value that no header has",
			{ headers: { Signature: "{signatures}{body}" } },
			"headers.Signature",
			"Unknown value {body}",
		],
		[
			"a line break",
			{ headers: { ...headers, A: "a\nb" } },
			"headers.A",
			"must be on one line",
		],
		[
			"no signature in a header",
			{ headers: { A: "{id}" } },
			"headers",
			"No header holds {signatures}",
		],
		[
			"two headers with signatures",
			{ headers: { A: "{signatures}", B: "{signatures}" } },
			"headers",
			"More than one header",
		],
		[
			"no signature in each",
			{ headers, each: "v1=" },
			"each",
			"has no {signature}",
		],
		["headers that are none", { headers: null }, "headers", "not empty"],
		[
			"a value that stands twice in a header",
			{ headers: { A: "{timestamp};{timestamp};{signatures}" } },
			"headers.A",
			"{timestamp} is in it twice",
		],
		[
			"two signatures in each",
			{ headers, each: "{signature}-{signature}" },
			"each",
			"{signature} is in it twice",
		],
		[
			"values that cannot be told apart",
			{ headers: { A: "{timestamp}{signatures}" } },
			"headers.A",
			"Nothing stands between two values",
		],
		[
			"a header whose name differs in case alone",
			{ headers: { ...headers, signature: "{timestamp}" } },
			"headers.signature",
			"is there already",
		],
		...[
			{ join: "=", encoding: "base64" },
			{ join: "a" },
			{ join: "=", each: "v1={signature}" },
			{ each: "v1,{signature}" },
		].map((list): [string, unknown, string, string] => [
			`a list that cannot be split: ${JSON.stringify(list)}`,
			{ headers, secrets: "all", ...list },
			"join",
			"can stand in a signature too",
		]),
		[
			"an age that nothing tells",
			{ headers, timestamp: { tolerance: "5m" } },
			"timestamp",
			"no header holds {timestamp}",
		],
		[
			"a type that no header holds",
			{ headers, content: "{type}.{body}" },
			"content",
			"no header holds it",
		],
		[
			"a time that no header holds",
			{ headers, content: "{timestamp}{body}" },
			"content",
			"no header holds it",
		],
		[
			"a digest without a secret",
			{ headers, algorithm: "sha256" },
			"content",
			"can be made by anybody",
		],
	])("name %s", (_, scheme, path, message) => {
		const problems = schemeProblems(scheme);

		expect(problems.map((each) => each.path.join("."))).toContain(path);
		expect(problems.map((each) => each.message).join("\n")).toContain(message);
	});

	it("are none for each preset", () => {
		for (const name of presetNames)
			expect(schemeProblems(presetOf(name).signature), name).toEqual([]);
	});
});

describe("verifying", () => {
	const { timed } = schemes;
	const { verify } = createSigner(timed);

	it.each(Object.entries(schemes))(
		"accepts what the scheme %s signed",
		(_, scheme) => {
			expect(
				createSigner(scheme).verify(received(scheme, { now: at })),
			).toEqual({ ok: true });
		},
	);

	it("names a signed header that is absent", () => {
		const { headers } = received(schemes.whole);

		expect(
			createSigner(schemes.whole).verify(
				received(schemes.whole, { headers: { ...headers, "x-id": undefined } }),
			),
		).toEqual({
			ok: false,
			check: "signed-header",
			reason: "the request has no X-Id header",
		});
	});

	it.each(["v0=abc,", "v2=abc,"])(
		"leaves a signature of another version alone: %s",
		(other) => {
			const { headers } = received(schemes.list);
			const signature = other + headers.signature;

			expect(
				createSigner(schemes.list).verify(
					received(schemes.list, { headers: { signature } }),
				),
			).toEqual({ ok: true });
		},
	);

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
			/more than 5m away/,
		],
		[
			"a time too far ahead",
			{ now: at - 300_001 },
			"timestamp-age",
			/more than 5m away/,
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
		const scheme = { ...timed, timestamp: {} };

		expect(
			createSigner(scheme).verify(received(scheme, { now: at + 1e12 })),
		).toEqual({
			ok: true,
		});
	});

	it("accepts a signature by any of the receiver's secrets", () => {
		const { headers } = received(schemes.list, {}, ["new", "old"]);
		const signer = createSigner(schemes.list);
		const verdict = (...secrets: string[]) =>
			signer.verify({ headers, body, secrets }).ok;

		expect(verdict("new")).toBe(true);
		expect(verdict("old")).toBe(true);
		expect(verdict("older", "old")).toBe(true);
		expect(verdict("older", "oldest")).toBe(false);
	});

	it("reads hex in either case", () => {
		const { signature } = received(schemes.hex).headers;
		const upper = { signature: String(signature).toUpperCase() };

		expect(
			createSigner(schemes.hex).verify({
				headers: upper,
				body,
				secrets: ["s3cret"],
			}),
		).toEqual({ ok: true });
	});

	const hex = String(received(schemes.hex).headers.signature);
	const base64 = String(received(schemes.base64).headers.signature);
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
	] as const)("refuses the format in %s of %s", (name, _, signature) => {
		const scheme = schemes[name];

		expect(
			createSigner(scheme).verify({
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
	const names = fc.constantFrom(
		...(Object.keys(schemes) as (keyof typeof schemes)[]),
	);
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
					const { verify } = createSigner(schemes[name]);

					const headers = lowerCase(sign(schemes[name], secrets, signed, now));

					expect(verify({ headers, body: signed, secrets, url, now })).toEqual({
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
					const { verify } = createSigner(schemes[name]);
					const headers = lowerCase(sign(schemes[name], [key], signed));
					const flipped = Uint8Array.from(signed);
					const bit = place % (signed.length * 8);
					flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));

					expect(
						verify({ headers, body: flipped, secrets: [key], url }),
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
					const scheme = schemes[name];
					const { headers } = received(scheme);
					const signature = String(headers.signature);
					const index = place % signature.length;
					const changed =
						signature.slice(0, index) + character + signature.slice(index + 1);
					fc.pre(changed.toLowerCase() !== signature.toLowerCase());

					expect(
						createSigner(scheme).verify(
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
		sign(schemes.hex, [secret], message).Signature;

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

describe("a signature that is wrong on purpose, by any preset", () => {
	const secretOf: Readonly<Record<string, () => string>> = {
		hex: () => "00112233445566778899aabbccddeeff",
		base64: () => "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	};
	/** Of each preset, the ways that a receiver can notice. */
	const cases = presetNames.flatMap((name) => {
		const { signature } = presetOf(name);
		const signer = createSigner(signature);
		const isTimed = signer.timestampHeader ?? signer.dated;
		const timed = isTimed === undefined ? [] : ["stale:10m", "future:10m"];
		const kinds = ["none", "wrong-secret", "tampered-body", "garbage"];
		return [...kinds, "truncated", ...timed].map(
			(way) => [name, way, signature] as const,
		);
	});

	it.each(cases)("%s, %s", (_, way, scheme) => {
		const signer = createSigner(scheme);
		const { algorithm = "", key = {} } = scheme;
		const isPair = ["ed25519", "ecdsa-p256"].includes(algorithm);
		const own = isPair
			? generateKeyPairSync(
					algorithm === "ed25519" ? "ed25519" : ("ec" as "ed25519"),
					{ namedCurve: "P-256" } as object,
				)
					.privateKey.export({ format: "pem", type: "pkcs8" })
					.toString()
			: (secretOf[key.encoding ?? ""]?.() ?? "s3cret");
		const signing = parseBadSignature(way);
		const sent = bodySentBadly(signing, signer, body, at);
		const message = messageOf({ body, secrets: [own], at, url });

		const headers = lowerCase(
			signBadly(
				signing,
				signer,
				{ ...message, body: sent },
				{
					previous: undefined,
					otherProvider: inventedProvider,
				},
			),
		);

		const right = lowerCase(signer.sign(message));
		const received = { body, secrets: [own], url, now: at };
		expect(signer.verify({ ...received, headers: right })).toEqual({
			ok: true,
		});
		expect(signer.verify({ ...received, body: sent, headers }).ok).toBe(
			// Who names no tolerance, takes any time.
			/stale|future/.test(way) && scheme.timestamp?.tolerance === undefined,
		);
	});
});

describe("the signature of another provider", () => {
	it.each(presetNames)("is made with a secret of its own form: %s", (name) => {
		const signer = createSigner(presetOf(name).signature);
		const [one, other] = ["first", "second"].map((drawn) => ({
			sign: signer.sign,
			secret: signer.secretFrom(`${drawn}-secret-that-was-drawn`),
		}));
		const message = messageOf({ body, secrets: ["s3cret"], at, url });

		const headers = lowerCase(
			signBadly(parseBadSignature("other-provider"), acmeSigner, message, {
				previous: undefined,
				otherProvider: one as NonNullable<typeof one>,
			}),
		);

		const verdictBy = (secret = "") =>
			signer.verify({ headers, body, secrets: [secret], url, now: at }).ok;
		expect(verdictBy(one?.secret)).toBe(true);
		expect(verdictBy(other?.secret)).toBe(false);
		expect(verdictBy("s3cret")).toBe(false);
	});
});

describe("a time in the body", () => {
	const signer = createSigner(presetOf("linear").signature);
	const sentAt = (time: unknown) =>
		Buffer.from(JSON.stringify({ webhookTimestamp: time, data: { n: 1 } }));
	const verdict = (time: unknown, changes: object = {}) => {
		const dated = sentAt(time);
		const message = messageOf({ body: dated, secrets: ["s3cret"], at });
		const headers = { ...lowerCase(signer.sign(message)), ...changes };
		return signer.verify({
			headers,
			body: dated,
			secrets: ["s3cret"],
			now: at,
		});
	};

	it.each([
		[at, undefined],
		[at - 61_000, "timestamp-age"],
		[at + 61_000, "timestamp-age"],
		["yesterday", "timestamp-header"],
		[undefined, undefined],
	])("is judged where it is %s", (time, check) => {
		expect(verdict(time)).toMatchObject(check ? { check } : { ok: true });
	});

	it("is judged whatever a header says that nobody signs", () => {
		const header = { "linear-timestamp": String(at) };

		expect(verdict(at - 61_000, header)).toMatchObject({ ok: false });
		expect(verdict(at, { "linear-timestamp": "1" })).toEqual({ ok: true });
	});

	it("is the wrong one in what is sent and signed with a wrong time", async () => {
		const receiver = await openReceiver();
		const { engine, hook } = await startAcme({ signer });
		hook("h1", receiver.url);

		const { deliveries } = engine.send("acme", "thing.made", {
			sign: "stale:10m",
		});
		await engine.idle();

		const [{ body, headers } = expect.fail()] = receiver.requests;
		const now = engine.clock.now();
		const received = { body, headers, secrets: ["s3cret"] };
		expect(JSON.parse(String(body))).toMatchObject({
			type: "thing.made",
			webhookTimestamp: now - 600_000,
		});
		expect(Buffer.from(deliveries[0]?.body ?? "")).toEqual(body);
		expect(signer.verify({ ...received, now: now - 600_000 }).ok).toBe(true);
		expect(signer.verify({ ...received, now }).ok).toBe(false);
	});
});

/** A private key of P-256 by its number. */
function pemOf(number: Uint8Array): string {
	const curve = createECDH("prime256v1");
	curve.setPrivateKey(number);
	const point = curve.getPublicKey();
	const [d = "", x = "", y = ""] = [
		number,
		point.subarray(1, 33),
		point.subarray(33),
	].map((bytes) => Buffer.from(bytes).toString("base64url"));
	const key = { kty: "EC", crv: "P-256", d, x, y } as const;
	const made = createPrivateKey({ format: "jwk", key });
	return made.export({ format: "pem", type: "pkcs8" }).toString();
}
