import { execFile, spawn } from "node:child_process";
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
} from "vitest";
import {
	copyWithFifth,
	fifthFiles,
	treeFiles,
} from "../../scripts/fifth-provider.js";
import { addressOf, createOutput } from "../support/command.ts";
import type { ReceivedRequest } from "../support/receiver.ts";
import { openReceiver } from "../support/running-acme.ts";

const execute = promisify(execFile);
const read = (path: string) =>
	readFile(new URL(`../../${path}`, import.meta.url), "utf8");

/** What the documented commands write anew. */
const written = [
	"README.md",
	"docs/README.md",
	"localhook.schema.json",
	"test/check/public-surface.txt",
];

/** Written from the page of the invented provider, and nothing of localhook's. */
function isGenuine({ headers, body }: ReceivedRequest, secret: string) {
	const [, time = "", given = ""] =
		/^t=(\d+),v1=([0-9a-f]{64})$/.exec(`${headers["parcel-signature"]}`) ?? [];
	const mac = createHmac("sha256", secret).update(`${time}.`).update(body);
	const age = Math.abs(Date.now() / 1000 - Number(time));
	return (
		age < 300 &&
		given.length === 64 &&
		timingSafeEqual(mac.digest(), Buffer.from(given, "hex"))
	);
}

describe("a fifth provider", () => {
	let folder: string;

	async function run(command: string, ...words: string[]): Promise<string> {
		try {
			const { stdout } = await execute(command, words, {
				cwd: folder,
				env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
			});
			return stdout;
		} catch (error) {
			const { stdout = "", stderr = "" } = error as Record<string, string>;
			throw new Error(`${[command, ...words].join(" ")}\n${stdout}${stderr}`);
		}
	}
	const localhook = (...words: string[]) =>
		run(process.execPath, "dist/cli/main.js", ...words);

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "localhook-fifth-"));
		await copyWithFifth(folder, run);
	}, 300_000);
	afterAll(() => rm(folder, { recursive: true, force: true }));

	test("is made of the files that CONTRIBUTING.md asks for, 150 lines of them by hand at most", async () => {
		const page = await read("CONTRIBUTING.md");
		const [, section = ""] = page.split("## Adding a provider\n");
		const asked = [...section.matchAll(/^\d+\. `(.*?)`/gm)].map(
			([, path = ""]) =>
				new RegExp(
					`^${path
						.replaceAll(".", "\\.")
						.replace(/<event type>/, "[\\w.]+")
						.replaceAll("<id>", "parcel")}$`,
				),
		);
		const files = await fifthFiles();
		const counted = await Promise.all(
			files
				.filter((path) => !path.startsWith("openapi/"))
				.map((path) => read(`test/fifth-provider/${path}`)),
		);
		const lines = counted.flatMap((text) => text.trimEnd().split("\n"));

		expect(
			files.filter((path) => !asked.some((form) => form.test(path))),
		).toEqual([]);
		expect(
			asked.filter((form) => !files.some((path) => form.test(path))),
		).toEqual([]);
		expect(lines.length).toBeLessThanOrEqual(150);
		expect(
			lines.filter((line) => line.length > 100 && !/^\t+"/.test(line)),
		).toEqual([]);
	});

	test("changes no other file but by the commands", async () => {
		const before = await treeFiles();
		const own = await fifthFiles();
		const changed = [];
		for (const path of before) {
			const now = await readFile(join(folder, path), "utf8").catch(() => "");
			if (now !== (await read(path).catch(() => ""))) changed.push(path);
		}

		expect(own.filter((path) => before.includes(path))).toEqual([]);
		expect(changed.sort()).toEqual(written);
	});

	test("passes every test that runs over all providers", async () => {
		const paths = (await treeFiles()).filter((path) =>
			/^test\/(?!check\/).*\.test\.ts$/.test(path),
		);
		const over = [];
		for (const path of paths)
			if (/builtInIds|support\/vectors|renderPages/.test(await read(path)))
				over.push(path);

		const vitest = ["run", "--reporter=json", ...over];
		const report = await run("node_modules/.bin/vitest", ...vitest);

		const { testResults, success } = JSON.parse(report);
		const titles: string[] = testResults.flatMap(
			(file: { assertionResults: { fullName: string }[] }) =>
				file.assertionResults.map(({ fullName }) => fullName),
		);
		expect(success).toBe(true);
		expect(over.length).toBeGreaterThan(8);
		expect(
			titles.filter((title) => title.includes("parcel")).length,
		).toBeGreaterThan(60);
	}, 300_000);

	test("serves its API, and delivers what a receiver of its own verifies", async () => {
		const receiver = await openReceiver();
		const child = spawn(
			process.execPath,
			["dist/cli/main.js", "start", "parcel", "--port", "0"],
			{ cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
		);
		const ended = once(child, "close");
		onTestFinished(async () => {
			child.kill("SIGTERM");
			await ended;
		});
		const output = createOutput();
		child.stdout.on("data", (data) => output.add("stdout", data));
		child.stderr.on("data", (data) => output.add("stderr", data));
		void ended.then(([code]) => output.end(code));
		const url = await addressOf(output);
		const call = async (path: string, body?: object) => {
			const response = await fetch(`${url}/parcel/v1${path}`, {
				method: "POST",
				headers: {
					"Parcel-Key": "pk_mine",
					"Content-Type": "application/json",
				},
				...(body && { body: JSON.stringify(body) }),
			});
			const answer = (await response.json()) as { secret: string };
			return { status: response.status, body: answer };
		};

		const refused = await fetch(`${url}/parcel/v1/secret`, { method: "POST" });
		const first = await call("/secret");
		const endpoint = await call("/endpoints", { url: receiver.url });
		const wrong = await call("/endpoints", { url: 7 });
		await localhook("send", "parcel", "parcel.delivered", "--url", url);
		const second = await call("/secret");
		await localhook("send", "parcel", "parcel.delivered", "--url", url);

		expect(
			[refused, first, endpoint, wrong, second].map(({ status }) => status),
		).toEqual([401, 201, 201, 400, 201]);
		const secrets = [first.body.secret, second.body.secret];
		expect(
			receiver.requests.map((request) =>
				secrets.map((secret) => isGenuine(request, secret)),
			),
		).toEqual([
			[true, false],
			[false, true],
		]);
		expect(JSON.parse(`${receiver.requests[0]?.body}`)).toMatchObject({
			type: "parcel.delivered",
			parcel: "pcl_1",
		});
	});

	test("plays its demo, and has a page of its own", async () => {
		const printed = await localhook("demo", "parcel");
		const pages = await readdir(join(folder, "docs/providers"));

		expect(printed).toContain("parcel.delivered");
		expect(pages).toContain("parcel.md");
	});
});
