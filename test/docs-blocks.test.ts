import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { posix } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { createApp } from "../examples/prolific-express/app.ts";
import { pagePaths } from "../scripts/docs/pages.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { blocksOf, stepsOf } from "./support/markdown.ts";
import { wholeProgram } from "./support/whole-program.ts";

const root = new URL("../", import.meta.url);
const paths = await pagePaths();
const pages = await Promise.all(
	paths.map(async (path) => ({
		path,
		text: await readFile(new URL(path, root), "utf8"),
	})),
);
const withoutOpenssl = spawnSync("openssl", ["version"]).status !== 0;

interface Service {
	readonly command?: string;
	readonly environment?: Record<string, string>;
}

/** The lines of a page's shell blocks, without their comments. */
function linesOf(text: string): string[] {
	return blocksOf(text, "sh")
		.flatMap((block) => block.trim().split("\n"))
		.map((line) => line.replace(/ +#.*$/, ""));
}

/** The headings of a page, as GitHub makes anchors of them. */
function anchorsOf(text: string): string[] {
	return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\w\- ]/g, "")
			.replaceAll(" ", "-"),
	);
}

describe.each(pages)("$path", ({ path, text }) => {
	test.skipIf(withoutOpenssl)("computes the signatures that it shows", () => {
		const steps = blocksOf(text, "console").flatMap(stepsOf);
		// Those of localhook and of its API are run by `readme.test.ts`.
		for (const { command, output } of steps.filter(({ command }) =>
			command.includes("openssl"),
		)) {
			const { stdout } = spawnSync("bash", ["-c", command], {
				encoding: "utf8",
			});
			expect(stdout.trim(), command).toBe(output.trim());
		}
	});

	test("uses commands and flags that there are", async () => {
		const program = await wholeProgram();
		const lines = blocksOf(text, "yaml").flatMap((block) => block.split("\n"));
		for (const line of [...linesOf(text), ...lines]) {
			const [, name, rest = ""] =
				/npx localhook ([\w-]+) ?(.*?)(?: -- .*| > .*)?$/.exec(line) ?? [];
			if (name === undefined) continue;
			const command = program.commands.find((each) => each.name() === name);
			expect(command, line).toBeDefined();
			expect(command?.parseOptions(rest.split(" ")).unknown, line).toEqual([]);
		}
	});

	test("quotes its code from files that are tested, and its YAML can be read", () => {
		// The README's test is run by `check/runners.test.ts`.
		if (path === "README.md") return;
		const byHand = text.replaceAll(
			/<!-- generated:[\s\S]*?<!-- \/generated -->/g,
			"",
		);
		for (const language of ["ts", "js", "python"])
			expect(blocksOf(byHand, language), language).toEqual([]);
		for (const block of blocksOf(text, "yaml"))
			for (const { errors } of parseAllDocuments(block))
				expect(errors, block).toEqual([]);
	});

	test("starts localhook in containers with settings that are sound", async () => {
		const services = blocksOf(text, "yaml").flatMap((block) =>
			Object.values<Service>(parse(block).services ?? {}),
		);
		for (const { command: line = "", environment: env = {} } of services) {
			const words = /^npx localhook start (.*)$/.exec(line)?.[1];
			if (words === undefined) continue;
			const shown = ["config", "show", ...words.split(" ")];
			const { code, stderr } = await runInProcess(shown, { env });
			expect([code, stderr]).toEqual([0, ""]);
		}
	});

	test("gives secrets that the default seed has", () => {
		const given = text.matchAll(/(\w+)_WEBHOOK_SECRET: (\S+)/g);
		for (const [, name = "", secret] of given) {
			const path = `docs/providers/${name.toLowerCase()}.md`;
			const page = pages.find((each) => each.path === path);
			expect(page?.text).toContain(`| secret | \`${secret}\` |`);
		}
	});

	test("links to files and headings that there are", async () => {
		const links = [...text.matchAll(/\]\((?!https?:)([^)]*)\)/g)];
		for (const [, link = ""] of links) {
			const [file = "", anchor] = link.split("#");
			const target = file === "" ? path : posix.join(posix.dirname(path), file);
			const linked = new URL(target, root);
			expect(existsSync(linked), link).toBe(true);
			if (anchor !== undefined)
				expect(anchorsOf(await readFile(linked, "utf8"))).toContain(anchor);
		}
	});
});

/**
 * Runs a page's localhook commands in their order, each of which has to succeed, beside the receiver of the Prolific
 * example; gives what that one kept.
 */
async function follow(path: string): Promise<Iterable<string>> {
	const { text = "" } = pages.find((page) => page.path === path) ?? {};
	const secrets: string[] = [];
	const inbox = new Map<string, string>();
	const app = createApp({
		secrets: () => secrets,
		keep: async (id, { event_type }) => void inbox.set(id, event_type),
	});
	const server = app.listen(0, "127.0.0.1");
	onTestFinished(() => void server.close());
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	let url = "";

	async function localhook(words: string, stdin = ""): Promise<string> {
		const ran = await runInProcess(words.replaceAll("'", "").split(" "), {
			env: { LOCALHOOK_URL: url },
			stdin,
		});
		expect([words, ran.code]).toEqual([words, 0]);
		// These say what comes next.
		if (!/^(re)?send /.test(words))
			expect([words, ran.stderr]).toEqual([words, ""]);
		return ran.stdout;
	}

	for (const line of linesOf(text)) {
		const [, stdin, name, rest = ""] =
			/^(?:echo '(.*)' \| )?npx localhook ([\w-]+) ?(.*)$/.exec(line) ?? [];
		// The tests of the examples run `exec`; what has no `npx` is a list of examples.
		if (name === undefined || name === "exec") continue;
		if (name !== "start") {
			await localhook(`${name} ${rest}`, stdin);
			continue;
		}
		({ url } = await startInProcess(
			rest.replace(":3000", `:${port}`).split(" "),
		));
		const shown = await localhook("secret --reveal --json");
		secrets.splice(0, 1, JSON.parse(shown.split("\n")[0] ?? "").value);
	}
	return inbox.values();
}

test("the receiver of the example survives every command of docs/receivers.md", async () => {
	expect([...(await follow("docs/receivers.md"))]).toEqual([
		"study.status.change",
		"submission.status.change",
		"study.progress.change",
		"study.has_high_return_rate",
		"study.has_high_return_rate",
		"study.status.change",
	]);
});

test("the commands of docs/command-line.md succeed", async () => {
	const kept = await follow("docs/command-line.md");

	expect([...kept]).toEqual(["study.status.change"]);
});
