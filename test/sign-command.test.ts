import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { presetNames, presetOf } from "../src/presets.ts";
import { createSigner } from "../src/signing/signer.ts";
import { runInProcess } from "./support/in-process.ts";
import { plain } from "./support/providers.ts";

const at = ["--at", "2026-11-20T10:15:30Z"];
const url = ["--url", "https://example.com/hooks"];
const secret = ["--secret-env", "SECRET"];
const pem = { type: "pkcs8", format: "pem" } as const;
const ed25519 = generateKeyPairSync("ed25519").privateKey.export(pem);
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
const env = {
	SECRET: "whsec_c2VjcmV0",
	OLDER: "whsec_b2xkZXI=",
	EMPTY: "",
	ED25519: String(ed25519),
	RSA: String(rsa.privateKey.export(pem)),
};

let folder: string;
let body: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "localhook-"));
	body = join(folder, "body.json");
	await writeFile(body, '{"id":"evt_1"}');
	return () => rm(folder, { recursive: true, force: true });
});

async function written(name: string, text: string): Promise<string> {
	const file = join(folder, name);
	await writeFile(file, text);
	onTestFinished(() => rm(file));
	return file;
}

function signed(scheme: string, ...words: string[]) {
	return runInProcess(["sign", "--scheme", scheme, "--file", body, ...words], {
		env,
	});
}

function verified(scheme: string, headers: string, ...words: string[]) {
	return runInProcess(
		[
			"verify",
			"--scheme",
			scheme,
			"--file",
			body,
			"--headers",
			headers,
			...words,
		],
		{ env },
	);
}

describe("localhook sign", () => {
	it("prints the headers as lines, or as one JSON object", async () => {
		const lines = await signed("stripe", ...secret, ...at);
		const json = await signed("stripe", ...secret, ...at, "--json");

		const { "Stripe-Signature": value } = JSON.parse(json.stdout);
		expect(value).toMatch(/^t=1795169730,v1=[0-9a-f]{64}$/);
		expect(lines).toMatchObject({
			code: 0,
			stdout: `Stripe-Signature: ${value}\n`,
		});
	});

	it("signs by each secret, the newest first, where the scheme says so", async () => {
		const { stdout } = await signed(
			"svix",
			...secret,
			"--secret-env",
			"OLDER",
			...at,
			"--json",
		);

		expect(JSON.parse(stdout)).toMatchObject({
			"svix-id": "evt_localhook",
			"svix-timestamp": "1795169730",
			"svix-signature": expect.stringMatching(/^v1,\S{44} v1,\S{44}$/),
		});
	});

	it("signs as a built-in provider does, and by a file", async () => {
		const file = await written("acme.yaml", 'headers: { A: "{signatures}" }');
		const preset = await written(
			"preset.json",
			'{"title":"Acme","signature":{"headers":{"A":"{signatures}"}}}',
		);

		const own = await signed(plain.id, ...secret);
		const acme = await signed(file, ...secret);

		expect(own.stdout).toMatch(/^Signature: [0-9a-f]{64}\n$/);
		expect(acme.stdout).toBe(own.stdout.replace("Signature", "A"));
		expect((await signed(preset, ...secret)).stdout).toBe(acme.stdout);
	});

	it("reads a secret from a file, without the line break behind it", async () => {
		const file = await written("secret", `${env.SECRET}\n`);

		const { stdout } = await signed("github", "--secret-file", file);

		expect(stdout).toBe((await signed("github", ...secret)).stdout);
	});

	it.each<[string, readonly string[], RegExp]>([
		[
			"no URL where it is signed",
			["--scheme", "square", ...secret],
			/^There is no URL, and this scheme signs it\./,
		],
		[
			"a URL that is none",
			["--scheme", "square", ...secret, "--url", "notaurl"],
			/^Invalid --url "notaurl": must be a web address/,
		],
		[
			"an id of two lines",
			["--scheme", "svix", ...secret, "--id", "a\nX-Forged: b"],
			/^Invalid "a\\nX-Forged: b": what stands in a header must be on one line/,
		],
		["no scheme", secret, /^Missing --scheme: name a preset/],
		[
			"a preset that there is not",
			["--scheme", "strip", ...secret],
			/^Invalid --scheme "strip": .*Did you mean "stripe"\?/,
		],
		[
			"no secret",
			["--scheme", "stripe"],
			/^Missing the secret: name the variable/,
		],
		[
			"no such variable",
			["--scheme", "stripe", "--secret-env", "NONE"],
			/^Invalid --secret-env "NONE": there is no such variable/,
		],
		[
			"an empty variable",
			["--scheme", "stripe", "--secret-env", "EMPTY"],
			/^Invalid --secret-env "EMPTY"/,
		],
		[
			"a file that there is not",
			["--scheme", "./none.yaml", ...secret],
			/^Failed to read the scheme ".\/none.yaml": there is no such file/,
		],
		[
			"a time without a zone",
			["--scheme", "stripe", ...secret, "--at", "2026-11-20T10:15"],
			/^Invalid --at "2026-11-20T10:15": must be a time with its zone/,
		],
		[
			"a secret of another form",
			["--scheme", "adyen", ...secret],
			/^Failed to use the secret: it must be hex in this scheme/,
		],
		[
			"a key of another kind",
			["--scheme", "sendgrid", "--secret-env", "ED25519"],
			/^Failed to sign: the secret is no private key for ecdsa-p256/,
		],
		[
			"an RSA key where an Ed25519 one signs",
			["--scheme", "discord", "--secret-env", "RSA"],
			/^Failed to sign: the secret is no private key for ed25519/,
		],
		[
			"the body and the secret from one stream",
			["--scheme", "github", "--file", "-", "--secret-file", "-"],
			/^Invalid --secret-file "-": the body comes from stdin/,
		],
	])("refuses %s", async (_, words, message) => {
		const { code, stderr } = await runInProcess(
			["sign", "--file", body, ...words],
			{ env },
		);

		expect(code).toBe(2);
		expect(stderr).toMatch(message);
		expect(stderr).not.toContain(env.SECRET);
	});

	it("names everything that is wrong with a file, and where", async () => {
		const file = await written(
			"bad.yaml",
			'algorithm: md5\nheaders:\n  A: "{signatures}{tim}"\n',
		);

		const { code, stderr } = await signed(file, ...secret);

		expect(code).toBe(2);
		expect(stderr.split("\n")).toEqual([
			expect.stringMatching(
				/bad\.yaml:1:12: algorithm: "md5" is not known here\. Choose one of/,
			),
			expect.stringMatching(/bad\.yaml:3:6: headers\.A: Unknown value \{tim\}/),
			"",
		]);
	});
});

describe("localhook verify", () => {
	it.each(presetNames)(
		"accepts what is signed by the preset %s",
		async (preset) => {
			const { neverIssued } = createSigner(presetOf(preset).signature);
			const given = ["--secret-file", await written("secret", neverIssued)];
			const headers = await signed(preset, ...given, ...at, ...url, "--json");
			const file = await written("headers.json", headers.stdout);

			const verdict = await verified(preset, file, ...given, ...at, ...url);

			expect(verdict).toMatchObject({
				code: 0,
				stdout: "right: the signature verifies\n",
			});
		},
	);

	it("says which check fails, as text or as JSON, and exits with 1", async () => {
		const headers = await signed("slack", ...secret, ...at, "--json");
		const file = await written("headers.json", headers.stdout);
		const late = ["--at", "2026-11-20T10:20:31Z"];

		const text = await verified("slack", file, ...secret, ...late);
		const json = await verified(
			"slack",
			file,
			"--secret-env",
			"OLDER",
			...at,
			"--json",
		);

		expect(text).toMatchObject({
			code: 1,
			stdout:
				"wrong (timestamp-age): the request was signed more than 5m away from now\n",
		});
		expect(json.code).toBe(1);
		expect(JSON.parse(json.stdout)).toEqual({
			kind: "verdict",
			ok: false,
			check: "signature",
			reason: "the signature is of other bytes or by another secret",
		});
	});

	it("accepts a right signature beside one that cannot be read", async () => {
		const { stdout: printed } = await signed("stripe", ...secret, ...at);
		const [, time = "", right = ""] = /t=(\d+),(v1=.*)/.exec(printed) ?? [];
		const headers = { "Stripe-Signature": `t=${time},v1=deadbeef,${right}` };
		const file = await written("headers.json", JSON.stringify(headers));

		const { stdout } = await verified("stripe", file, ...secret, ...at);

		expect(stdout).toBe("right: the signature verifies\n");
	});

	it("says of a secret that is no key that it is none", async () => {
		const headers = { "X-Signature-Ed25519": "00".repeat(64) };
		const more = ["--secret-env", "SECRET", ...at];

		const { stdout } = await verified(
			"discord",
			await written(
				"headers.json",
				JSON.stringify({ ...headers, "X-Signature-Timestamp": "1795169730" }),
			),
			...more,
		);

		expect(stdout).toMatch(/^wrong \(secret\): .* no public key for ed25519/);
	});

	it("takes headers one by one, whatever their letter case", async () => {
		const { stdout } = await signed("github", ...secret);
		const header = stdout.trim().replace("X-Hub", "x-HUB");

		const verdict = await runInProcess(
			[
				"verify",
				"--scheme",
				"github",
				"--file",
				body,
				...secret,
				"--header",
				header,
			],
			{ env },
		);

		expect(verdict.code).toBe(0);
	});

	it.each([
		[
			["--header", "nothing"],
			/^Invalid --header "nothing": must be a name, a colon/,
		],
		[
			["--file", "-", "--headers", "-"],
			/^Invalid --headers "-": the body comes from stdin/,
		],
	])("refuses %j", async (words, message) => {
		const { code, stderr } = await runInProcess(
			["verify", "--scheme", "github", ...secret, "--file", body, ...words],
			{ env },
		);

		expect(code).toBe(2);
		expect(stderr).toMatch(message);
	});
});
