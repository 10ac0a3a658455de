import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fingerprint } from "../src/fingerprint.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { startControlServer } from "./support/control-server.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess } from "./support/in-process.ts";
import { startReceiver } from "./support/receiver.ts";

async function rejected() {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	const hooks = await startLocalhook({
		providers: ["prolific"],
		receiver: receiver.url,
	});
	onTestFinished(() => hooks.close());
	const secret = hooks.prolific.secret.current;
	receiver.answer(({ headers, body }) => {
		const made = createHmac("sha256", secret)
			.update(body)
			.update(String(headers["x-prolific-request-timestamp"]))
			.digest("base64");
		return {
			status: headers["x-prolific-request-signature"] === made ? 204 : 401,
			headers: { server: "Werkzeug/3.0" },
		};
	});
	const env = { LOCALHOOK_URL: hooks.url };
	return {
		hooks,
		receiver,
		cli: (...words: string[]) => runInProcess(words, { env }),
	};
}

describe("localhook explain", () => {
	it.each([
		[1, true],
		[0, undefined],
	])("ends with %i where what it names is open: %s", async (code, open) => {
		const mistake = { cause: "secret-other", certain: false, open };
		const { url } = await startControlServer({
			"POST /deliveries/dlv_1/explanation": {
				body: { delivery: "dlv_1", mistakes: [mistake], asked: 9, text: "" },
			},
		});

		const ended = await runInProcess(["explain", "dlv_1"], {
			env: { LOCALHOOK_URL: url },
		});

		expect(ended.code, ended.stderr).toBe(code);
	});

	it.each([
		["--provider", "prolific"],
		["--secret-env", "SECRET"],
		["--secret-file", "secret"],
		["--at", "2026-11-20T10:00:00Z"],
		["--registered-url", "https://example.com/hooks"],
	])("refuses %s without a captured request", async (flag, value) => {
		const { cli } = await rejected();

		const { code, stderr } = await cli("explain", flag, value);

		expect(code).toBe(2);
		expect(stderr).toContain(`${flag} is of a captured request`);
	});

	it("takes one that was not answered, where none was rejected", async () => {
		const { hooks, receiver, cli } = await rejected();
		await receiver.close();
		hooks.prolific.send("study.status.change");
		await hooks.idle();

		const { code, stdout } = await cli("explain");

		expect(code).toBe(0);
		expect(stdout).toContain("The receiver did not answer study.status.change");
	});

	it("names the mistake of the receiver that rejected the latest delivery, and says first what it costs", async () => {
		const { hooks, receiver, cli } = await rejected();
		const { delivery } = hooks.prolific.send("study.status.change");
		await hooks.idle();

		const { stdout, stderr, code } = await cli("explain");
		const { stdout: json } = await cli(
			"explain",
			delivery.id,
			"--json",
			"--language",
			"go",
		);

		expect(stderr).toContain(
			`Asks the receiver of ${delivery.id} up to 150 times`,
		);
		expect(stdout.replaceAll("\n", " ")).toContain(
			"The receiver hashes body + timestamp, in place of timestamp + body.",
		);
		expect(code).toBe(0);
		expect(JSON.parse(json)).toMatchObject({
			kind: "explanation",
			delivery: delivery.id,
			mistakes: [{ cause: "content-order", certain: true }],
		});
		expect(receiver.requests.length).toBeGreaterThan(10);
		expect(delivery.attempts).toHaveLength(1);
	}, 20_000);

	it.each([
		[["explain"], "No delivery was rejected"],
		[
			["explain", "latest", "--language", "cobol"],
			'Invalid --language "cobol"',
		],
		[["explain", "--expected", "abc"], "Give it with --file"],
		[["explain", "latest", "--file", "x.http"], "Give one of the two"],
	])("refuses %j", async (words, says) => {
		const { cli } = await rejected();

		const { stderr, code } = await cli(...words);

		expect(stderr).toContain(says);
		expect(code).toBe(2);
	});
});

describe("What a rejected delivery was answered", () => {
	it.each([
		["send", "prolific", "study.status.change"],
		["wait", "status:401"],
		["resend", "latest", "--resign"],
		["log"],
	])("is quoted by localhook %s, on one line", async (...words) => {
		const { cli, receiver } = await rejected();
		const body = `no\u001b[31m ${"x".repeat(200)}\nEND`;
		receiver.answer(() => ({ status: 401, body }));
		if (words[0] !== "send")
			await cli("send", "prolific", "study.status.change");

		const { stdout } = await cli(...words);

		const [line = ""] = stdout.split("\n").filter((each) => /xx/.test(each));
		expect(stdout).not.toContain("\u001b[31m");
		expect(line).toMatch(/answered "no\\u001b\[31m x+…/);
		expect(line.length).toBeLessThanOrEqual(120);
	});
});

describe("localhook explain --file", () => {
	const body = '{"id": 1.0}';
	const env: Record<string, string> = { SECRET: "s3cret", BLANK: " " };
	const sign = (content: string) =>
		createHmac("sha256", "s3cret").update(content).digest("hex");
	async function capture(signature: string, by = ["--scheme", "github"]) {
		const folder = await folderWith();
		const file = join(folder, "captured.http");
		writeFileSync(
			file,
			`POST /hooks HTTP/1.1\r\nHost: example.com\r\nCookie: a=b\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256=${signature}\r\n\r\n${body}`,
		);
		const cli = (...words: string[]) =>
			runInProcess(
				["explain", "--file", file, ...by, "--secret-env", "SECRET", ...words],
				{ env },
			);
		return { folder, cli };
	}

	it("names a misspelt provider as it was given", async () => {
		const { cli } = await capture("0", ["--provider", "prolifc"]);

		const { stderr, code } = await cli();

		expect(stderr).toContain(
			'Failed to find the provider "prolifc": there is no such provider. Did you mean "prolific"?',
		);
		expect(code).toBe(2);
	});

	it("says what the signature is right for, and what the receiver's code computes", async () => {
		const { cli } = await capture(sign(`${body}\n`));
		const right = await capture(sign(body));

		const trimmed = await cli();
		const computed = await right.cli("--expected", sign('{"id":1}'), "--json");
		const unknown = await right.cli("--expected", sign("?"));

		expect(trimmed.stdout.replaceAll("\n", " ")).toContain(
			"The signature is right for the body with a newline behind it.",
		);
		expect(trimmed.code).toBe(0);
		expect(JSON.parse(computed.stdout)).toMatchObject({
			mistakes: [{ cause: "body-reserialised" }],
		});
		expect(unknown.code).toBe(1);
	});

	it.each([
		[
			"headers of their own",
			{ Kind: "{type}", Id: "{id}", Sig: "{signatures}" },
		],
		[
			"the signature's header",
			{ Kind: "{type}", Sig: "id={id},s={signatures}" },
		],
	])("finds the id and the type that are signed, in %s", async (_, headers) => {
		const folder = await folderWith({
			"scheme.json": JSON.stringify({ content: "{id}.{type}.{body}", headers }),
		});
		const values = { id: "evt_1", type: "a.b", signatures: sign("other") };
		const lines = Object.entries(headers).map(([name, template]) => {
			const filled = template.replaceAll(
				/\{(\w+)\}/g,
				(_, value: keyof typeof values) => values[value],
			);
			return `${name}: ${filled}\r\n`;
		});
		const file = join(folder, "captured.http");
		writeFileSync(file, `POST / HTTP/1.1\r\n${lines.join("")}\r\n${body}`);

		const { stdout } = await runInProcess(
			[
				...["explain", "--file", file, "--secret-env", "SECRET"],
				...["--scheme", join(folder, "scheme.json")],
				...["--expected", sign(`evt_1.a.b.${body}`)],
			],
			{ env },
		);

		expect(stdout).toMatch(/^Your code computes what is right for the request/);
	});

	it.each<[words: string, says: string, by?: string[]]>([
		[
			"--url http://127.0.0.1:4600",
			"Invalid --url: --file is given too, and they exclude each other. Give one of them.",
		],
		["--token abc", "Invalid --token: --file is given too"],
		[
			"--at 2026-11-20T10:00:00Z",
			"Invalid --at: signatures of github hold no time. Leave it out.",
		],
		[
			"--registered-url https://example.com/hooks",
			"Invalid --registered-url: signatures of github cover no URL. Leave it out.",
		],
		[
			"--expected abc",
			'Invalid --expected "abc": it is no digest in hex or base64.',
		],
		["--secret-env BLANK", 'Invalid --secret-env "BLANK"'],
		["--provider prolific", "Invalid --scheme: --provider is given too"],
		["", "Missing --scheme or --provider: name", []],
	])("refuses %s with a sentence: %s", async (words, says, by) => {
		const { cli } = await capture(sign(body), by);

		const { code, stderr } = await cli(...words.split(" ").filter(Boolean));

		expect(stderr).toContain(says);
		expect(code).toBe(2);
	});

	it("asks no server, wherever one may be", async () => {
		const { cli } = await capture(sign(body));
		env.LOCALHOOK_URL = "http://127.0.0.1:9";
		onTestFinished(() => void delete env.LOCALHOOK_URL);

		expect((await cli()).code).toBe(0);
	});

	it("names another secret that localhook has", async () => {
		const hooks = await startLocalhook({
			providers: ["spritz"],
			receiver: "http://127.0.0.1:9/",
		});
		onTestFinished(() => hooks.close());
		const signature = createHmac("sha256", hooks.spritz.secret.current)
			.update(body)
			.digest("hex");
		const folder = await folderWith();
		const file = join(folder, "captured.http");
		writeFileSync(
			file,
			`POST / HTTP/1.1\nHost: a\nSignature: ${signature}\n\n${body}`,
		);
		const { stdout, code } = await runInProcess(
			[
				...["explain", "--file", file, "--provider", "spritz"],
				...["--secret-env", "SECRET"],
			],
			{ env },
		);

		expect(stdout.replaceAll("\n", " ")).toContain(
			"The signature is right for the secret that localhook makes from its seed. Give the receiver the secret of this endpoint.",
		);
		expect(code).toBe(0);
	});

	it("says first that it may be another secret, and which one was tried", async () => {
		const { cli } = await capture(sign("?"));

		const { stdout, code } = await cli();

		expect(stdout.replaceAll("\n", " ")).toContain(
			`It may be signed with another secret: what was tried is the secret in SECRET (${fingerprint("s3cret")}).`,
		);
		expect(code).toBe(1);
	});

	it("saves over no file, such as the captured request itself", async () => {
		const { folder, cli } = await capture(sign(body));
		const file = join(folder, "captured.http");
		const before = readFileSync(file, "utf8");

		const { code, stderr } = await cli("--save", file);

		expect(code).toBe(2);
		expect(stderr).toContain("there is such a file already");
		expect(readFileSync(file, "utf8")).toBe(before);
	});

	it("sends it on to this machine, newly signed, and keeps it as a fixture without what lets somebody in", async () => {
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		const { folder, cli } = await capture(sign("old"));
		const fixture = join(folder, "fixture.json");

		const { code } = await cli("--send", receiver.url, "--save", fixture);
		const refused = await cli("--send", "http://example.com/hooks");
		expect((await cli("--send", "http://127.0.0.1:9/hooks")).code).toBe(4);

		expect(code).toBe(0);
		expect(receiver.requests).toMatchObject([
			{
				body: Buffer.from(body),
				headers: { "x-hub-signature-256": `sha256=${sign(body)}` },
			},
		]);
		expect(JSON.parse(readFileSync(fixture, "utf8"))).toEqual({
			mark: "observed",
			source: expect.stringContaining("captured.http"),
			method: "POST",
			url: "/hooks",
			headers: { "Content-Type": "application/json" },
			body,
		});
		expect((await cli("--file", fixture, "--send", receiver.url)).code).toBe(0);
		expect(receiver.requests.at(-1)).toMatchObject({
			body: Buffer.from(body),
			headers: { "x-hub-signature-256": `sha256=${sign(body)}` },
		});
		expect(refused.stderr).toContain("is neither loopback nor allowed");
		expect(refused.code).toBe(2);
	});
});
