import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import express from "express";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { check } from "../../src/check/check.ts";
import { checkReceiver, planOf } from "../../src/check/check-receiver.ts";
import { checks } from "../../src/check/checks.ts";
import type { Asked, CheckOptions } from "../../src/check/options.ts";
import { junitOf } from "../../src/check/report.ts";
import { rulesOf } from "../../src/check/result.ts";
import { fingerprint } from "../../src/fingerprint.ts";
import { advice } from "../../src/generated/advice.ts";
import { matchers } from "../../src/testing/matchers.ts";
import {
	checked,
	type Kind,
	kinds,
	receiverOf,
	secretOf,
} from "../support/checked.ts";
import { command } from "../support/command.ts";
import { listening } from "../support/dispatching.ts";
import { folderWith } from "../support/folder.ts";
import { runInProcess } from "../support/in-process.ts";
import { rolling, usual } from "../support/providers.ts";

expect.extend(matchers);
const kind = kinds.stripe as Kind;
const byScheme = ["--scheme", "stripe"];

async function expectLines(printed: string) {
	const file = await readFile("fixtures/check-lines.yaml", "utf8");
	const ajv = new Ajv2020({ strict: false });
	ajv.addSchema(parse(file), "lines");
	const lines = printed.trim().split("\n");
	expect(lines.length).toBeGreaterThan(9);
	for (const line of lines) {
		ajv.validate("lines#/$defs/Line", JSON.parse(line));
		expect(ajv.errors, line).toBeNull();
	}
}

/** A right receiver, of the standard library alone. */
const server = `
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
const { PORT, STRIPE_WEBHOOK_SECRET: secret, LOCALHOOK_EFFECTS_URL: effects } = process.env;
const known = new Set();
createServer(async (request, response) => {
	const end = (status) => response.writeHead(status).end();
	if (request.method !== "POST") return end(405);
	const chunks = [];
	try {
		for await (const chunk of request) chunks.push(chunk);
	} catch {
		return;
	}
	const body = Buffer.concat(chunks);
	const parts = (request.headers["stripe-signature"] ?? "").split(",");
	const time = parts.find((part) => part.startsWith("t="))?.slice(2);
	const right = createHmac("sha256", secret).update(time + ".").update(body).digest("hex");
	const isNear = Math.abs(Date.now() / 1000 - Number(time)) < 300;
	if (!parts.includes("v1=" + right) || !isNear) return end(401);
	const { id } = JSON.parse(body);
	if (!known.has(id)) {
		known.add(id);
		const { ok } = await fetch(effects, { method: "POST", body: id });
		if (!ok) {
			known.delete(id);
			return end(500);
		}
	}
	end(204);
}).listen(Number(PORT), "127.0.0.1");
`;

describe("localhook check", () => {
	it("starts a receiver with its secret, restarts it with the next, and counts its effects", async () => {
		const folder = await folderWith({ "server.mjs": server });
		const junit = join(folder, "report.xml");
		const { finished } = command(
			[
				...["check", ...byScheme, "--strict"],
				...["--reporter", "junit", "--output", junit],
				...["--", process.execPath, join(folder, "server.mjs")],
			],
			{},
		);
		const { code, stdout, stderr } = await finished;

		expect(code, stdout + stderr).toBe(0);
		expect(stdout).toContain("✓ secrets                2 of 2");
		expect(stdout).toMatch(/\d+ passed · \d+ requests, \d+ accepted · /);
		expect(tooLong(stdout)).toEqual([]);
		expect(await readFile(junit, "utf8")).toContain(
			'<testcase classname="stripe.repetitions" name="dup.parallel"><system-out>lhcheck-',
		);
	}, 60_000);

	it("does not start a receiver where another one listens, which it would check in its place", async () => {
		const url = await listening(createServer(() => {}));
		const { finished } = command([
			...["check", `${url}/hooks`, "--provider", usual.id, "--"],
			...[process.execPath, "-e", "setTimeout(() => {}, 60_000)"],
		]);
		const { code, stderr } = await finished;

		expect(code).toBe(3);
		expect(stderr).toContain(
			`something listens at ${new URL(url).host} already`,
		);
	});

	it.each([
		["no/such/report.xml", "no such file"],
		[".", "it is a folder"],
	])("refuses --output %s before it sends anything", async (file, reason) => {
		let requests = 0;
		const url = await listening(
			createServer((_, response) => {
				requests++;
				response.end();
			}),
		);
		const { code, stdout, stderr } = await runInProcess([
			...["check", url, "--provider", usual.id, "--reporter", "junit"],
			...["--output", join(await folderWith({}), file)],
		]);

		expect({ code, stdout, requests }).toEqual({
			...{ code: 2, stdout: "", requests: 0 },
		});
		expect(stderr).toContain(reason);
	});

	it("says what a receiver printed that does not start", async () => {
		const { finished } = command([
			...["check", ...byScheme, "--"],
			...[
				process.execPath,
				"-e",
				'console.log("no database"); process.exit(3)',
			],
		]);
		const { code, stderr } = await finished;

		expect(code).toBe(4);
		expect(stderr).toContain("it ended with code 3. It has to listen on port");
		expect(stderr).toContain("It printed: no database");
	});

	it.each([
		["at once", 0, ["reach", "cause.crash"]],
		["at the fourth", 3, ["header.case"]],
	])(
		"says how a receiver ends that dies of a delivery, %s, and what it wrote last",
		async (_, most, ids) => {
			const dying = `
let count = 0;
require("node:http").createServer((request, response) => {
	if (count++ < ${most}) return response.end();
	console.log("no error");
	console.error("Error: no \\u001b[31mtable\\n    at insert (db.js:1:1)");
	process.exit(7);
}).listen(Number(process.env.PORT), "127.0.0.1");`;
			const { finished } = command([
				...["check", ...byScheme, "--json"],
				...["--", process.execPath, "-e", dying],
			]);
			const { code, stdout } = await finished;

			const told = stdout
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line));
			const failed = told.filter(({ outcome }) => outcome === "fail");
			expect(code, stdout).toBe(1);
			expect(failed.map(({ id }) => id)).toEqual(ids);
			expect(failed.at(-1)).toMatchObject({
				sure: "certain",
				got: expect.stringContaining(
					'it ended with code 7. It wrote last: "Error: no \\u001b[31mtable"',
				),
			});
		},
	);

	it("says what a receiver that it starts wrote last, if that fails with 500", async () => {
		const failing = `
require("node:http").createServer((request, response) => {
	console.error("TypeError: no id\\n    at insert (db.js:1:1)");
	response.writeHead(500).end("TypeError: no id");
}).listen(Number(process.env.PORT), "127.0.0.1");`;
		const { finished } = command([
			...["check", ...byScheme, "--only", "reach", "--json"],
			...["--", process.execPath, "-e", failing],
		]);
		const { stdout } = await finished;

		const [, cause = ""] = stdout.split("\n");
		expect(JSON.parse(cause)).toMatchObject({
			id: "cause.crash",
			got: expect.stringMatching(/ It wrote last: "TypeError: no id"$/),
			fix: expect.stringContaining("--file"),
		});
	});

	it("ends with 4 when nothing answers, and with 2 for a host that is not allowed", async () => {
		const nobody = await runInProcess([
			...["check", "http://127.0.0.1:9/hooks", ...byScheme],
		]);
		const stranger = await runInProcess([
			...["check", "http://hooks.example.com/", "--scheme", "github"],
		]);

		expect(nobody.code).toBe(4);
		expect(nobody.stderr).toContain("nothing answers there");
		expect(nobody.stdout).toMatch(/STRIPE_WEBHOOK_SECRET=\w{20}/);
		expect(stranger.code).toBe(2);
		expect(stranger.stderr).toContain("allow it by name: --allow-receiver");
	});

	it.each([
		["https://192.0.2.1/", "--allow-receiver", "192.0.2.1"],
		["http://hooks.example.com/"],
		["http://127.0.0.1:9/", "--probe", "http://hooks.example.com/"],
	])("prints no secret before it refuses %s %s", async (...words) => {
		const { code, stdout } = await runInProcess([
			...["check", ...byScheme, ...words],
		]);

		expect(code).toBe(2);
		expect(stdout).toBe("");
	});

	it.each([
		[
			["--provider", `${usual.id}x`],
			`Failed to find the provider "${usual.id}x": there is no such provider. Did you mean "${usual.id}"?`,
		],
		[[], "Name what the receiver is checked by: a provider"],
		[
			[...byScheme, "--path", "/hooks"],
			'Invalid --path "/hooks": the URL "http://127.0.0.1:9/" has a path already.',
		],
		[
			[...byScheme, "--next-secret-env", "NOPE"],
			'Invalid --next-secret-env "NOPE": there is no such variable',
		],
		[[...byScheme, "--secret-env", ""], 'Invalid --secret-env ""'],
		[[...byScheme, "--secret-file", ""], 'Failed to read ""'],
	])("refuses %j as it was given", async (words, says) => {
		const { code, stderr } = await runInProcess([
			...["check", "http://127.0.0.1:9/", ...words],
		]);

		expect(stderr).toContain(says);
		expect(code).toBe(2);
	});

	it("refuses a secret of the user's own for a host beside this machine, and TLS to a public address", async () => {
		const words = [...byScheme, "--allow-receiver", "192.0.2.1"];
		const withSecret = await runInProcess(
			["check", "http://192.0.2.1/", ...words, "--secret-env", "S"],
			{ env: { S: "abc" } },
		);
		const inPublic = await runInProcess([
			"check",
			"https://192.0.2.1/",
			...words,
		]);

		expect(withSecret.code).toBe(2);
		expect(withSecret.stderr).toContain(
			"a secret of your own stays on this machine",
		);
		expect(inPublic.code).toBe(2);
		expect(inPublic.stderr).toContain("is a public address with TLS");
	});

	it("prints what it would send, and the checks, without sending", async () => {
		const plan = await runInProcess([
			...["check", "--provider", rolling.id, "--dry-run", "--only", "roll"],
		]);
		const { stdout } = await runInProcess(["check", "--list"]);

		expect(plan.stdout).toContain("roll.both-orders         2  two signatures");
		expect(plan.stdout).toContain("nothing was sent");
		expect(stdout.match(/^\S/gm)).toHaveLength(checks.length);
		expect(tooLong(plan.stdout + stdout)).toEqual([]);
	});

	it("counts what each check sends, and all of them alike", async () => {
		const plan = ["check", "--provider", usual.id, "--dry-run"];
		const { stdout } = await runInProcess(plan);
		const json = await runInProcess([...plan, "--json"]);

		const { subject } = planOf("http://127.0.0.1/", {
			provider: usual.id,
		} as Asked);
		const rows: { id: string; requests: number }[] = json.stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		const each = rows.find(({ id }) => id === "event.each");
		expect(each?.requests).toBe(Math.min(30, subject.types.length));
		const sum = rows.reduce((all, { requests }) => all + requests, 0);
		expect(stdout).toContain(`about ${sum} requests`);
	});

	it("names a probe that is no URL as such", async () => {
		const { code, stderr } = await runInProcess([
			...["check", ...byScheme, "http://127.0.0.1:9/", "--probe", "notaurl"],
		]);

		expect(code).toBe(2);
		expect(stderr).toContain('Invalid probe "notaurl"');
	});

	it("names a body by the bytes that it has, where no length is documented", async () => {
		let count = 0;
		const { results } = await checked(
			kind,
			{
				accepts: ({ ok, body }) =>
					ok && !(/"lhcheck": ?""/.test(String(body)) && ++count % 2 === 1),
			},
			{ only: ["body.size"] },
		);

		expect(results[0]?.got).toMatch(/^401 to a body of [1-9]\d* bytes$/);
	});

	it.each([undefined, ["sig.none", "header.case"]])(
		"counts beforehand every request that it sends to a right receiver, with %j",
		async (only) => {
			const { requests, work } = planOf("http://127.0.0.1/", {
				...{ ...kind.asked, only },
			});
			const { deliveries, accepted } = await checked(kind, {}, { only });

			expect(deliveries).toBe(requests);
			expect(work).toBeLessThanOrEqual(accepted);
		},
	);

	it.each([
		[["--only", "roll"], /^roll\.both-orders[\s\S]*roll\.old-after-24h/],
		[["--provider", usual.id, "--only", "roll"], /^roll\.new .*2xx\n$/],
		[["--scheme", "github", "--only", "header"], /^header\.case .*\n.*\n?$/],
		[["--provider", usual.id, "--only", "connections"], /^http\.keep-alive/],
		[
			["--skip", "signature", "--skip", "reach"],
			/^effect\.some(?![\s\S]*^sig\.)/m,
		],
	])("lists with %j what would run", async (words, listed) => {
		const { code, stdout } = await runInProcess(["check", "--list", ...words]);

		expect(code).toBe(0);
		expect(stdout).toMatch(listed);
	});

	it.each([
		[
			["--list", "--only", "sig", "--skip", "signature"],
			'"skip" leaves out all',
		],
		[
			["--dry-run", "--scheme", "github", "--only", "ts"],
			"GitHub has nothing to make ts.stale,",
		],
		[["--dry-run", "--provider", usual.id, "--only", "bodees"], '"bodies"?'],
	])("refuses %j, which leaves no check", async (words, reason) => {
		const { code, stdout, stderr } = await runInProcess(["check", ...words]);

		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(reason);
	});

	it("mixes no JSON and XML on stdout", async () => {
		const url = "http://127.0.0.1:9/hooks";
		const { code, stdout, stderr } = await runInProcess(
			[...["check", url, ...byScheme], ...["--json", "--reporter", "junit"]],
			{},
		);

		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain("--output");
	});

	it("prints a line of JSON for each check and one for all, and annotations for GitHub", async () => {
		const { handle } = receiverOf(kind, secretOf(kind), {
			get: () => ({ status: 200 }),
		});
		const url = await listening(createServer(handle));
		const { code, stdout, stderr } = await runInProcess(
			[
				...["check", url, ...byScheme, "--secret-env", "S"],
				...["--only", "http.get", "--json", "--reporter", "github"],
			],
			{ env: { S: secretOf(kind), GITHUB_ACTIONS: "true" } },
		);
		const lines = stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));

		expect(code).toBe(0);
		expect(lines).toMatchObject([
			{
				kind: "check",
				id: "http.get",
				outcome: "warn",
				basis: "RFC 9110",
				got: "200",
			},
			{ kind: "summary", ok: true, warnings: 1, deliveries: 3 },
		]);
		expect(stderr).toContain(
			"::warning title=http.get::200. Let the route take POST alone.",
		);
	});

	it.each([
		["that makes a mistake", `${secretOf(kind)}\n`],
		["that has another secret", "another"],
	])("prints what its schema says of a receiver %s", async (_, secret) => {
		const { handle } = receiverOf(kind, secret);
		const url = await listening(createServer(handle));
		const { stdout } = await runInProcess(
			[
				"check",
				url,
				...byScheme,
				"--secret-env",
				"S",
				"--only",
				"sig",
				"--json",
			],
			{ env: { S: secretOf(kind) } },
		);

		await expectLines(stdout);
	});

	it.each(["--list", "--dry-run"])(
		"prints what its schema says with %s",
		async (flag) => {
			const words = ["check", "http://127.0.0.1:3000", ...byScheme, flag];

			const { stdout } = await runInProcess([...words, "--json"]);

			await expectLines(stdout);
		},
	);

	it.each([[["--dry-run"]], [[]], [["--json"]]])(
		"hides the password of a receiver's URL, with %j",
		async (more) => {
			// Nothing listens on the port of a server that has closed.
			const server = createServer();
			const url = new URL(await listening(server));
			server.close();
			Object.assign(url, { username: "me", password: "s3cret-pw" });

			const { stdout, stderr } = await runInProcess([
				...["check", url.href, ...byScheme, "--only", "reach"],
				...more,
			]);

			expect(stdout + stderr).toContain(url.host);
			expect(stdout + stderr).not.toContain("s3cret-pw");
		},
	);

	it("annotates in whole sentences", async () => {
		const { handle } = receiverOf(kind, `${secretOf(kind)}\n`);
		const url = await listening(createServer(handle));
		const { stdout, stderr } = await runInProcess(
			[
				...["check", url, ...byScheme, "--secret-env", "S", "--only", "reach"],
				...["--probe-command", "echo 1", "--reporter", "github"],
			],
			{ env: { S: secretOf(kind) } },
		);

		expect(stderr).toMatch(/title=cause\.secret-text::The receiver .*\w\. \w/);
		expect(stderr).not.toContain("..");
		expect(stdout).toContain("it takes longer where effects come late\n");
	});

	it("shows on a terminal alone how far it is, in a line that is replaced", async () => {
		const { handle } = receiverOf(kind, secretOf(kind));
		const url = await listening(createServer(handle));
		const words = ["check", url, ...byScheme, "--only", "http.get"];
		const secret = ["--secret-env", "S"];
		const env = { S: secretOf(kind) };
		const shown = await runInProcess([...words, ...secret], {
			env,
			isTTY: true,
		});
		const piped = await runInProcess([...words, ...secret], { env });
		const json = await runInProcess([...words, ...secret, "--json"], {
			env,
			isTTY: true,
		});

		expect(shown.stdout).toContain(
			"\r\u001b[K  … http.get  1 of about 2 requests\r\u001b[K",
		);
		expect(piped.stdout + json.stdout).not.toContain("\r");
	});

	it("names options that exclude each other as they are written", async () => {
		const { code, stderr } = await runInProcess([
			...["check", "http://127.0.0.1:9/hooks", ...byScheme],
			...["--probe", "http://127.0.0.1:9/", "--probe-command", "echo 1"],
		]);

		expect(code).toBe(2);
		expect(stderr).toContain(
			"Invalid --probe-command: --probe is given too, and they exclude each other.",
		);
	});

	it("says how to make the checks again that did not pass", async () => {
		const url = await listening(
			createServer((request, response) => {
				request.resume();
				response.writeHead(204).end();
			}),
		);
		const { stdout } = await runInProcess([
			...["check", url, ...byScheme],
			...["--only", "sig.none", "--only", "header"],
		]);

		expect(stdout).toContain("again: localhook check …\n    --only sig.none\n");
	});

	it("waits for a receiver that it starts no longer than its deadline", async () => {
		const { finished } = command([
			...["check", ...byScheme, "--deadline", "200ms"],
			...["--", process.execPath, "-e", "setTimeout(() => {}, 60_000)"],
		]);
		const { code, stderr } = await finished;

		expect(code).toBe(5);
		expect(stderr).toContain("it did not listen in time");
	});

	it("ends with the code of its outcome where what the receiver has started ends later than it", async () => {
		const lingering =
			"process.on('SIGTERM', () => setTimeout(process.exit, 300)); console.log(1); setTimeout(() => {}, 60_000)";
		const folder = await folderWith({
			"receiver.cjs": `
const { spawn } = require("node:child_process");
spawn(process.execPath, ["-e", ${JSON.stringify(lingering)}], { stdio: ["ignore", "pipe", "ignore"] })
	.stdout.once("data", () => process.exit(3));
`,
		});
		const { finished } = command([
			...["check", ...byScheme, "--"],
			...[process.execPath, join(folder, "receiver.cjs")],
		]);
		const { code, stderr } = await finished;

		expect(code).toBe(4);
		expect(stderr).toContain("it ended");
	});

	it("ends with 5 when its time is over", async () => {
		const { handle } = receiverOf(kind, secretOf(kind));
		const url = await listening(createServer(handle));
		const { code, stdout } = await runInProcess(
			[
				...["check", url, ...byScheme, "--secret-env", "S"],
				...["--deadline", "200ms"],
			],
			{ env: { S: secretOf(kind) } },
		);

		expect(code).toBe(5);
		expect(stdout).toContain("ended early: the time was up");
	});
});

describe("A receiver that misbehaves ends the check with a sentence:", () => {
	const asked = { scheme: "stripe", deadline: "400ms" } as const;

	it("it never answers", async () => {
		const url = await listening(createServer(() => {}));
		const { results } = await checkReceiver(url, planOf(url, asked));

		expect(results[0]).toMatchObject({ id: "reach", outcome: "fail" });
		expect(results[0]?.got).toMatch(
			/^no answer: no complete answer within \S+$/,
		);
		expect(results.find(({ id }) => id === "resp.time")?.outcome).toBe("warn");
	});

	it("it answers garbage", async () => {
		const server = createSocketServer((socket) => {
			socket.on("error", () => {});
			socket.once(
				"data",
				() => void socket.end("220 smtp.example.com ESMTP\r\n"),
			);
		});
		const url = await listening(server as never);
		const { results } = await checkReceiver(url, planOf(url, asked));

		expect(results[0]?.got).toContain("not HTTP");
	});

	it("it floods", async () => {
		const { handle } = receiverOf(kind, secretOf(kind), {
			done: () => ({ status: 200, body: "x".repeat(2_000_000) }),
		});
		const url = await listening(createServer(handle));
		const { results } = await checkReceiver(
			url,
			planOf(url, {
				...kind.asked,
				secret: secretOf(kind),
				only: ["resp.error-body"],
			}),
		);

		expect(results[0]?.got).toBe("200 with more than 64 KiB behind it");
	});

	it("it dies", async () => {
		let left = 3;
		const { handle } = receiverOf(kind, secretOf(kind));
		const server = createServer((request, response) => {
			if (--left < 0) {
				server.close();
				request.socket.destroy();
				return server.closeAllConnections();
			}
			void handle(request, response);
		});
		const url = await listening(server);
		const { results, ended, ok } = await checkReceiver(
			url,
			planOf(url, {
				...kind.asked,
				secret: secretOf(kind),
			}),
		);

		expect(ended).toContain("it went down");
		expect(ok).toBe(false);
		expect(results.at(-1)?.got).toContain("it went down at");
	});
});

describe("A receiver that keeps connections", () => {
	it("and answers 400 on one that it did not read to the end is not said to lock out", async () => {
		const spoilt = new WeakSet<object>();
		const { handle } = receiverOf(kind, secretOf(kind));
		const url = await listening(
			createServer(async (request, response) => {
				const { socket } = request;
				if (spoilt.has(socket)) return void response.writeHead(400).end();
				await handle(request, response);
				if (response.statusCode === 401) spoilt.add(socket);
			}),
		);
		const plan = planOf(url, {
			...kind.asked,
			secret: secretOf(kind),
			only: ["sig"],
		});
		const { results } = await checkReceiver(url, plan);

		const lockOut = results.find(({ id }) => id === "sig.lock-out");
		expect(lockOut?.outcome).toBe("pass");
	});
});

describe("check()", () => {
	it("sends a body of one's own, with ids of its own", async () => {
		const bodies: string[] = [];
		const body = `{"id": "evt_1",  "type": "invoice.paid", "amount": 10.0}\n`;
		const receiver = async (request: Request) => {
			bodies.push(await request.text());
			return new Response(null, { status: 204 });
		};

		await check(receiver, {
			...{ scheme: "stripe", type: "invoice.paid", only: ["reach"], body },
		});

		const [id = ""] = /lhcheck-[\w-]+/.exec(bodies[0] ?? "") ?? [];
		expect(bodies[0]).toBe(body.replace("evt_1", id));
	});

	it("checks a handler in this process, and its matcher fails with the report", async () => {
		const secret = secretOf(kind);
		const { handle, effects } = receiverOf(kind, secret);
		const options = {
			scheme: "stripe",
			secret,
			probe: effects.read,
		} as const;

		const report = await check(handle, options);
		expect(report, report.text).toMatchObject({ ok: true, failures: 0 });
		expect(report.text).toContain(`, secret ${fingerprint(secret)}\n`);
		await expect(handle).toPassCheck(options);
		let opened = 0;
		const open = () => new Response(`${++opened}`);
		const failed = expect(open).toPassCheck({
			...options,
			probe: () => opened,
			only: ["sig.none"],
		});
		await expect(failed).rejects.toThrow(
			/Expected the receiver to pass every check:[\s\S]*sig\.none/,
		);
	});

	it("cuts a body with an error that a logger prints in one line", async () => {
		const logged: string[] = [];
		const receiver = async (request: Request) => {
			await request.text().catch((error) => logged.push(inspect(error)));
			return new Response(null, { status: 204 });
		};
		await check(receiver, { provider: usual.id, only: ["http.abort"] });

		expect(logged).toEqual([
			"[AbortError: the connection was cut on purpose, in the middle of the body]",
		]);
	});

	it("has an Express application print nothing of a body that is cut", async () => {
		const printed: string[] = [];
		const app = express();
		app.post("/hooks", express.raw({ type: "*/*" }), (_, response) => {
			response.sendStatus(204);
		});
		const { error } = console;
		console.error = (...words: unknown[]) => printed.push(inspect(words));
		try {
			const only = ["reach", "http.abort"];
			const options = { provider: usual.id, path: "/hooks", only } as const;
			expect(await check(app, options)).toMatchObject({ accepted: 4 });
		} finally {
			console.error = error;
		}

		expect(printed).toEqual([]);
	});

	it.each<[options: CheckOptions]>([
		[{}],
		[{ provider: usual.id, body: "{}" }],
		[
			{
				scheme: { algorithm: "ed25519", headers: { Sig: "{signatures}" } },
			},
		],
		[{ provider: usual.id, probe: "http://192.0.2.1/" }],
	])("tells in no flag what is wrong with %j", async (options) => {
		const refused = check(() => new Response(null), options);

		await expect(refused).rejects.toThrow(
			/^(?!Failed to read the probe)(?:(?!--(?!allow-receiver, in TypeScript allowReceivers)).)*$/,
		);
	});

	it("refuses what it does not know", async () => {
		const open = () => new Response(null);
		await expect(check(open, {})).rejects.toThrow(
			"Name what the receiver is checked by",
		);
		await expect(
			check(open, { provider: usual.id, only: ["nope"] }),
		).rejects.toThrow('Invalid check "nope"');
		await expect(
			check(open, { provider: usual.id, only: ["sig.nonne"] }),
		).rejects.toThrow('Did you mean "sig.none"?');
		await expect(
			check(open, { provider: usual.id, body: "{}" }),
		).rejects.toThrow(`${usual.id} has its own events`);
		await expect(
			check(open, { provider: usual.id, secret: "" }),
		).rejects.toThrow('Invalid option "secret": it is empty.');
		await expect(
			check(open, { provider: usual.id, nextSecret: " " }),
		).rejects.toThrow('Invalid option "nextSecret": it is empty.');
		await expect(
			check("http://127.0.0.1:9/", { provider: usual.id, path: "/hooks" }),
		).rejects.toThrow('Invalid option "path" "/hooks"');
	});
});

describe("The report", () => {
	it("fits into 80 columns, whatever URL is checked and whatever is wrong", async () => {
		const url = await listening(
			createServer((request, response) => {
				request.resume();
				response.writeHead(200).end('{"error": "no such event"}');
			}),
		);
		for (const provider of [usual.id, rolling.id]) {
			const { stdout } = await runInProcess([
				...["check", `${url}/${"hooks/".repeat(10)}`, "--provider", provider],
				...["--only", "sig", "--only", "event", "--only", "resp"],
			]);

			expect(stdout).toContain("https://");
			expect(tooLong(stdout)).toEqual([]);
		}
	}, 30_000);

	it.each([
		["a long word", "x".repeat(300), "x…x"],
		["what is escaped", "\u0000\u{1f600}".repeat(99), "…"],
		["JSON", '{"error":"no"}', `'{"error":"no"}'`],
	])(
		"fits into 80 columns where the answer is %s, and escapes nothing twice",
		async (_, body, shown) => {
			const { text } = await checked(kind, {
				refuse: () => ({ status: 500, body }),
			});

			expect(text).toContain(shown);
			expect(tooLong(text)).toEqual([]);
		},
	);

	it("is XML whatever the receiver answers", async () => {
		const report = await checked(kind, {
			refuse: () => ({ status: 500, body: '<a b="c">&\u0000\u001b[31m]]>' }),
		});
		const xml = junitOf(report.results, report, true);

		expect(xml).toContain("&#60;a b=");
		expect(xml).toMatch(/<failure message="[^"<]*" type="certain">/);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none.
		expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
		expect(XMLValidator.validate(xml)).toBe(true);
		const { testsuites } = new XMLParser({
			ignoreAttributes: false,
		}).parse(xml);
		expect(testsuites.testsuite.testcase).toHaveLength(report.results.length);
	});

	it("leads to a section of the documentation from every check", async () => {
		const page = await readFile(
			new URL("../../docs/receivers.md", import.meta.url),
			"utf8",
		);
		const anchors = new Set(
			[...page.matchAll(/^<a id="([^"]*)"><\/a>\n\n### (.*)$/gm)].map(
				([, anchor = ""]) => anchor,
			),
		);
		const causes = Object.keys(advice.causes).map((cause) => ({
			id: `cause.${cause}`,
		}));

		expect(
			[...checks, ...causes, { id: "header.lookup" }]
				.map((each) => rulesOf(each).split("#")[1] ?? "")
				.filter((anchor) => !anchors.has(anchor)),
		).toEqual([]);
	});
});

/** Lines of more than 80 columns. A URL that has one of its own may be longer. */
function tooLong(text: string): readonly string[] {
	return text
		.split("\n")
		.filter((line) => [...line].length > 80)
		.filter((line) => /\S\s+\S/.test(line) || !line.includes("://"));
}
