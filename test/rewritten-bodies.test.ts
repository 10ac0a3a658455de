import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { startEngine } from "./support/engine.ts";
import { python, withoutPython } from "./support/python.ts";

/** What becomes of a body that a receiver parses and writes anew before it hashes it. */
const rewriting: Readonly<Record<string, (text: string) => string>> = {
	javascript: (text) => JSON.stringify(JSON.parse(text)),
	python: (text) => asPython(JSON.parse(text), ", ", ": "),
	"python, compact": (text) => asPython(JSON.parse(text), ",", ":"),
	go: (text) => asGo(JSON.parse(text)),
};

/** `json.dumps` of a value: nothing beyond ASCII. No default payload has a number that is not a small int. */
function asPython(value: unknown, comma: string, colon: string): string {
	const text = (each: unknown) =>
		JSON.stringify(each).replace(
			/[\u007f-\uffff]/g,
			(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
		);
	if (Array.isArray(value))
		return `[${value.map((each) => asPython(each, comma, colon)).join(comma)}]`;
	if (typeof value !== "object" || value === null) return text(value);
	const members = Object.entries(value).map(
		([name, each]) => text(name) + colon + asPython(each, comma, colon),
	);
	return `{${members.join(comma)}}`;
}

/** `json.Marshal` of what was read into an `any`: sorted names, and nothing that HTML obeys. */
function asGo(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(asGo).join(",")}]`;
	if (typeof value !== "object" || value === null)
		return JSON.stringify(value).replace(
			/[<>&\u2028\u2029]/g,
			(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
		);
	const members = Object.entries(value)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, each]) => `${asGo(name)}:${asGo(each)}`);
	return `{${members.join(",")}}`;
}

/** The default body of each event of a provider. */
async function bodiesOf(
	provider: string,
	options: Record<string, string> = {},
): Promise<[type: string, body: string][]> {
	const { engine } = await startEngine(provider, {
		receiver: "http://127.0.0.1:9/",
		options,
	});
	onTestFinished(() => engine.close());
	return Object.keys(engine.session(provider).provider.events).flatMap((type) =>
		engine
			.preview(provider, type, { to: "http://127.0.0.1:9/" })
			.map(({ body }): [string, string] => [
				type,
				Buffer.from(body).toString(),
			]),
	);
}

/** The types whose bytes no rewriting gives back. */
function lostIn(
	bodies: readonly [type: string, body: string][],
	languages: readonly string[],
): string[] {
	return bodies
		.filter(([, body]) =>
			languages.every((each) => rewriting[each]?.(body) !== body),
		)
		.map(([type]) => type);
}

const everywhere = Object.keys(rewriting);

describe("the default bodies", () => {
	it.each(["spritz", "solvimon"])(
		"of two types of %s and more survive no rewriting, which docs/receivers.md says",
		async (provider) => {
			const lost = lostIn(await bodiesOf(provider), everywhere);
			const docs = await readFile(
				new URL("../docs/receivers.md", import.meta.url),
				"utf8",
			);

			expect(lost.length).toBeGreaterThanOrEqual(2);
			for (const type of lost)
				expect(
					docs.includes(`\`${type}\``) ||
						docs.includes(`\`${type.split(".")[0]}.*\``),
					type,
				).toBe(true);
		},
	);

	it("of Prolific are what Python writes, so neither JavaScript nor Go gives one back", async () => {
		const bodies = await bodiesOf("prolific");
		const lost = lostIn(bodies, ["javascript", "go"]);

		expect(lost).toHaveLength(bodies.length);
		for (const [, body] of bodies) expect(rewriting.python?.(body)).toBe(body);
	});

	it("of OpenFormat are what JavaScript writes, so Python and Go alone give back another transaction", async () => {
		const bodies = await bodiesOf("openformat");

		expect(lostIn(bodies, ["python", "python, compact"])).not.toContain("test");
		expect(lostIn(bodies, ["python", "go"])).toEqual(["transaction"]);
		expect(lostIn(bodies, ["javascript"])).toEqual([]);
	});

	it.each(["spritz", "solvimon"])(
		"of %s survive JavaScript with json=compact",
		async (provider) => {
			const bodies = await bodiesOf(provider, { json: "compact" });

			expect(bodies.length).toBeGreaterThan(1);
			expect(lostIn(bodies, ["javascript"])).toEqual([]);
		},
	);

	it.each(builtInIds)("of %s mean the same after any rewriting", async (id) => {
		for (const [type, body] of await bodiesOf(id))
			for (const language of everywhere)
				expect(
					JSON.parse(rewriting[language]?.(body) ?? ""),
					`${type} ${language}`,
				).toEqual(JSON.parse(body));
	});

	it.skipIf(withoutPython)(
		"are rewritten by Python itself as is said here",
		async () => {
			const bodies = (await Promise.all(builtInIds.map((id) => bodiesOf(id))))
				.flat()
				.map(([, body]) => body);
			const script =
				"import json, sys\nfor text in json.load(sys.stdin): print(json.dumps(json.loads(text)))";

			const { stdout } = spawnSync(python, ["-c", script], {
				input: JSON.stringify(bodies),
				encoding: "utf8",
			});

			expect(stdout.trimEnd().split("\n")).toEqual(
				bodies.map((body) => rewriting.python?.(body)),
			);
		},
	);
});
