import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path/posix";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** What each area of `src/` may import beside itself, areas or single files; `types`: nothing that exists at run time. */
const allowed: Readonly<Record<string, { values?: string; types?: string }>> = {
	cli: {
		values:
			"check explain presets signing/scheme signing/signer duration server config play engine catalog delivery/bad-signature delivery/allowed-receivers delivery/exchange delivery/transport delivery/clock delivery/real-timers openapi/router query errors json nearest printing user-file web-address generated problem delivery/receiver-headers",
		types: "contract delivery signing",
	},
	check: {
		values:
			"bytes catalog delivery duration engine errors explain fingerprint generated json nearest openapi/validators presets printing random receivers signing web-address",
		types: "contract hooks",
	},
	play: {
		values:
			"server engine catalog config/problem config/provider-problems config/read-data config/receivers schema-problems delivery/bad-signature delivery/clock bytes duration errors generated json nearest problem",
		types: "contract delivery",
	},
	/** What a browser runs, and what renders the same on the server: it knows the control API alone. */
	inspector: {
		values: "duration printing generated/control-paths generated/inspector",
		types: "generated/control query/fields",
	},
	server: {
		values:
			"inspector peers engine explain/triage openapi query delivery/bad-signature delivery/allowed-receivers duration fingerprint nearest signing/digests catalog errors printing user-file generated web-address delivery/receiver-headers",
		types: "contract delivery provider",
	},
	config: {
		values:
			"schema-problems catalog engine fingerprint delivery/allowed-receivers server/access errors duration nearest printing problem random user-file web-address generated delivery/trust delivery/receiver-headers",
		types: "contract provider",
	},
	/** Twins of files that need Node. */
	browser: {
		values: "peers engine delivery signing receivers msw bytes errors",
		types: "contract openapi provider",
	},
	bytes: {},
	catalog: {
		values: "engine errors generated",
		types: "contract openapi provider",
	},
	testing: {
		values:
			"check hooks msw server engine catalog peers openapi/router printing query errors",
		types: "contract delivery receivers",
	},
	hooks: {
		values:
			"play engine catalog receivers explain delivery/clock delivery/allowed-receivers delivery/transport delivery/real-timers openapi/operations openapi/router query duration errors nearest printing web-address",
		types: "contract delivery generated provider problem",
	},
	msw: {
		values:
			"hooks engine catalog peers openapi/router delivery/clock errors printing",
		types: "delivery",
	},
	engine: {
		values:
			"explain openapi delivery query generated/checks-localhook generated/scenario-schema generated/tables schema-problems signing/digests bytes duration errors fingerprint json nearest printing problem random web-address",
		types:
			"contract provider generated/entry generated/scenario generated/snapshot",
	},
	delivery: {
		values:
			"user-file bytes duration errors generated/tables nearest printing web-address",
		types: "contract provider",
	},
	receivers: { values: "bytes delivery engine/shape errors generated/tables" },
	explain: {
		values:
			"bytes duration errors fingerprint json printing signing/algorithms signing/digests delivery/bad-signature delivery/exchange generated/advice generated/answers",
		types: "contract delivery",
	},
	openapi: { values: "errors json user-file", types: "contract" },
	signing: {
		values:
			"bytes duration errors generated/scheme generated/tables json nearest problem schema-problems",
		types: "contract",
	},
	presets: {
		values: "errors generated nearest",
		types: "contract signing",
	},
	random: { types: "contract", values: "errors" },
	provider: { types: "contract" },
	"provider-helpers": {
		values: "generated/tables signing/digests",
		types: "contract provider",
	},
	contract: {},
	duration: { values: "errors" },
	errors: { values: "generated/tables printing" },
	json: {},
	fingerprint: { values: "bytes signing/digests" },
	query: {
		values: "bytes duration errors nearest printing web-address",
		types: "contract",
	},
	"user-file": {},
	nearest: { values: "generated/tables" },
	peers: { values: "errors" },
	problem: { values: "errors web-address" },
	"schema-problems": { values: "json nearest web-address", types: "problem" },
	printing: {},
	"web-address": { values: "errors" },
	generated: {},
};
/** The same for each folder of `src/providers/`, which may not import its neighbours. */
const allowedToProviders = {
	values: "provider provider-helpers signing bytes json web-address generated",
	types: "contract",
};

interface Import {
	readonly from: string;
	readonly to: string;
	readonly types: boolean;
	/** Run only when the code comes to it. */
	readonly late: boolean;
}

const root = new URL("../src/", import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
	// The build writes them: types, data, and the list of providers.
	(file) => /\.tsx?$/.test(file) && !file.startsWith("generated/"),
);
const sources = files.map((file) => ({
	file,
	text: readFileSync(new URL(file, root), "utf8"),
}));
const trees = sources.map(({ file, text }) => ({
	file,
	tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
}));
const imports = trees.flatMap(({ file, tree }) =>
	nodesOf(tree).flatMap((node) => importOf(file, node)),
);

describe("imports", () => {
	it("go from each area to those below it", () => {
		const upward = imports
			.filter(({ to }) => to.startsWith("."))
			.map((each) => ({ ...each, to: join(dirname(each.from), each.to) }))
			.filter((each) => !isAllowed(each))
			.map(
				({ from, to, types }) => `${from} -> ${to}${types ? " (types)" : ""}`,
			);

		expect(upward).toEqual([]);
	});

	it("stay inside src", () => {
		const outside = imports.filter(({ from, to }) =>
			join(dirname(from), to).startsWith(".."),
		);

		expect(outside).toEqual([]);
	});

	it("make no circles", () => {
		const targets = new Map(
			files.map((file) => [
				file,
				imports
					.filter(({ from, to }) => from === file && to.startsWith("."))
					.map(({ to }) => join(dirname(file), to)),
			]),
		);

		expect(
			files
				.map((file) => circle(file, targets))
				.filter((path) => path !== undefined),
		).toEqual([]);
	});

	it("of the engine and of what it stands on name no HTTP server, and none but what sends deliveries the network", () => {
		const http = imports.filter(
			({ from, to }) =>
				/^(engine|openapi|delivery|contract|signing|providers)\//.test(from) &&
				/^(node:)?(https?|http2|net|tls)$|^(undici|express|msw)\b/.test(to),
		);

		expect(new Set(http.map(({ from }) => from))).toEqual(
			new Set([
				"delivery/connection.ts",
				"delivery/conversation.ts",
				"delivery/trust.ts",
				"delivery/transport.ts",
			]),
		);
	});

	it("of a command that asks a server bring no provider, no engine and no YAML", () => {
		// Completion asks no server for providers and events.
		const commands = files.filter((file) =>
			/^cli\/(main|commands\/(?!complete\.)[\w-]+)\.ts$/.test(file),
		);

		const brought = commands.flatMap((command) =>
			loadedWith(command)
				.filter((file) => /^(catalog|engine\/engine)\.ts$|^yaml$/.test(file))
				.map((file) => `${command} brings ${file}`),
		);

		expect(commands.length).toBeGreaterThan(5);
		expect(brought).toEqual([]);
	});

	it("of what a page may load bring no preset", () => {
		const loaded = loadedWith("msw/index.ts", { late: true });

		expect(loaded).toContain("engine/engine.ts");
		expect(loaded.filter((file) => file.includes("preset"))).toEqual([]);
	});

	it("are found in every form", () => {
		const text = `
			import a, { type B } from "./a.ts";
			import type { C } from "./c.ts";
			import { type D, type E } from "./d.ts";
			export { f } from "./f.ts";
			export type { G } from "./g.ts";
			import "./h.ts";
			const i: import("./i.ts").I = await import("./j.ts");
			// import "./k.ts";
		`;
		const tree = ts.createSourceFile(
			"x.ts",
			text,
			ts.ScriptTarget.Latest,
			true,
		);

		const found = nodesOf(tree).flatMap((node) => importOf("x.ts", node));

		expect(
			found.map(({ to, types }) => `${to}${types ? " (types)" : ""}`).sort(),
		).toEqual([
			"./a.ts",
			"./c.ts (types)",
			"./d.ts (types)",
			"./f.ts",
			"./g.ts (types)",
			"./h.ts",
			"./i.ts (types)",
			"./j.ts",
		]);
	});
});

describe("time and randomness", () => {
	it("come from the files that own them", () => {
		const owners = [
			"delivery/real-timers.ts",
			"cli/client.ts",
			// It runs in a page, by whose time nothing happens here.
			"inspector/browser.tsx",
			"random.ts",
			// The one thing that must not be repeatable.
			"server/access.ts",
		];
		const elsewhere = trees
			.filter(({ file }) => !owners.includes(file))
			.flatMap(({ file, tree }) => {
				const own = realTimersIn(tree);
				return nodesOf(tree)
					.flatMap(sourceIn)
					.filter((name) => !own.has(name))
					.map((name) => `${file}: ${name}`);
			});

		expect(elsewhere).toEqual([]);
	});

	it("are found in every form", () => {
		const text = `
			import { randomUUID, setTimeout as later } from "node:anything";
			Date.now(); new Date(); Date(); performance.now(); process.nextTick(f); queueMicrotask(f); Math.random(); process.hrtime.bigint();
			crypto.randomBytes(1); globalThis.setInterval(f); setImmediate(f); [1].map(setTimeout);
			new Date(0); date.now(); socket.setTimeout(1); "Date.now()"; // Math.random()
			class Socket { setTimeout() {} }
			import { setImmediate as soon, now } from "../delivery/real-timers.ts"; const { setInterval: every } = globalThis;
		`;
		const tree = ts.createSourceFile(
			"x.ts",
			text,
			ts.ScriptTarget.Latest,
			true,
		);

		expect(nodesOf(tree).flatMap(sourceIn).sort()).toEqual([
			"Date()",
			"Date.now",
			"Math.random",
			"new Date()",
			"performance.now",
			"process.hrtime",
			"process.nextTick",
			"queueMicrotask",
			"randomBytes",
			"randomUUID",
			"setImmediate",
			"setImmediate",
			"setInterval",
			"setInterval",
			"setTimeout",
			"setTimeout",
		]);
		expect(realTimersIn(tree)).toEqual(new Set(["now"]));
	});
});

describe("what is printed", () => {
	it("goes through the files that escape it", () => {
		const owners: Readonly<Record<string, readonly string[]>> = {
			"printing.ts": ["console"],
			// It is the writer, and hands on of the process what signals need.
			"cli/io.ts": ["process"],
			// It names the process once, and `ioOf` makes of it what may be written to.
			"cli/run.ts": ["process"],
			// Who reads may have left, which is no writing.
			"cli/main.ts": ["process.stdout", "process.stderr"],
			"cli/exec-command.ts": ["inherit"],
		};
		const outputs = trees.flatMap(({ file, tree }) =>
			nodesOf(tree)
				.flatMap(outputIn)
				.map((name) => `${file}: ${name}`),
		);

		expect([...new Set(outputs)].sort()).toEqual(
			Object.entries(owners)
				.flatMap(([file, names]) => names.map((name) => `${file}: ${name}`))
				.sort(),
		);
	});

	it("is found in every form", () => {
		const text = `
			console.log(a); globalThis.console.error(a); const { log } = console;
			process.stdout.write(a); const { stderr } = process; f(process); process["stdout"]; write(io = process);
			process.emitWarning(a); spawn(a, { stdio: "inherit" }); new Console(a); writeSync(1, a); openSync("/dev/tty");
			process.env.A; process.exit(1); io.stdout.write(a); "console"; const console2 = 1; process.once("exit", f);
		`;
		const tree = ts.createSourceFile(
			"x.ts",
			text,
			ts.ScriptTarget.Latest,
			true,
		);

		expect(nodesOf(tree).flatMap(outputIn).sort()).toEqual([
			"/dev/tty",
			"Console",
			"console",
			"console",
			"console",
			"inherit",
			"process",
			"process",
			"process",
			"process",
			"process.emitWarning",
			"process.stdout",
			"writeSync",
		]);
	});

	it("is escaped by one function", () => {
		const escapes = sources
			.filter(({ text }) => /\\p\{Cc\}|\\u202a/.test(text))
			.map(({ file }) => file);

		// The env file refuses what it cannot escape, and a web address has no room for it.
		expect(escapes.sort()).toEqual([
			"cli/env-file.ts",
			"printing.ts",
			"web-address.ts",
		]);
	});
});

describe("every file", () => {
	it("has at most 300 lines", () => {
		const long = sources
			.map(({ file, text }) => ({
				file,
				lines: text.trimEnd().split("\n").length,
			}))
			.filter(({ lines }) => lines > 300);

		expect(long).toEqual([]);
	});

	it("has a name in kebab-case, and so has its folder", () => {
		const wrong = files.filter(
			(file) =>
				!/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(file),
		);

		expect(wrong).toEqual([]);
	});

	it("gives no type away as any", () => {
		const anys = trees.flatMap(({ file, tree }) =>
			nodesOf(tree)
				.filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
				.map(
					(node) =>
						`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`,
				),
		);

		expect(anys).toEqual([]);
	});
});

function nodesOf(node: ts.Node): ts.Node[] {
	const nodes = [node];
	ts.forEachChild(node, (child) => {
		nodes.push(...nodesOf(child));
	});
	return nodes;
}

/** What is loaded where a file is, at once or `late` too: other files of `src/`, and packages. */
function loadedWith(
	file: string,
	wanted = { late: false },
	loaded = new Set<string>(),
): string[] {
	for (const { from, to, types, late } of imports) {
		if (from !== file || types || (late && !wanted.late)) continue;
		const target = to.startsWith(".") ? join(dirname(from), to) : to;
		if (loaded.has(target)) continue;
		loaded.add(target);
		loadedWith(target, wanted, loaded);
	}
	return [...loaded];
}

function importOf(from: string, node: ts.Node): Import[] {
	const found = (
		specifier: ts.Node | undefined,
		types: boolean,
		late = false,
	) =>
		specifier !== undefined && ts.isStringLiteral(specifier)
			? [{ from, to: specifier.text, types, late }]
			: [];
	if (ts.isImportDeclaration(node)) {
		const { importClause: clause } = node;
		const named = clause?.namedBindings;
		const onlyTypes =
			clause !== undefined &&
			clause.name === undefined &&
			named !== undefined &&
			ts.isNamedImports(named) &&
			named.elements.every(({ isTypeOnly }) => isTypeOnly);
		return found(
			node.moduleSpecifier,
			clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || onlyTypes,
		);
	}
	if (ts.isExportDeclaration(node))
		return found(node.moduleSpecifier, node.isTypeOnly);
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
		return found(node.argument.literal, true);
	if (
		ts.isCallExpression(node) &&
		node.expression.kind === ts.SyntaxKind.ImportKeyword
	)
		return found(node.arguments[0], false, true);
	return [];
}

function isAllowed({ from, to, types }: Import): boolean {
	const [source, target] = [areaOf(from), areaOf(to)];
	if (source === target || source === "index" || source === "internal")
		return true;
	const rules = source.startsWith("providers/")
		? allowedToProviders
		: allowed[source];
	const words = [rules?.values, types ? rules?.types : undefined].filter(
		(word) => word !== undefined,
	);
	return words
		.join(" ")
		.split(" ")
		.some((word) => word === target || `${word}.ts` === to);
}

/** `engine/session.ts` is of `engine`, `errors.ts` of `errors`, `providers/<id>/index.ts` of `providers/<id>`. */
function areaOf(file: string): string {
	const [first = "", second] = file.split("/");
	if (first === "providers") return `${first}/${second}`;
	return second === undefined ? basename(first, ".ts") : first;
}

/** The way from a file back to itself, if there is one. */
function circle(
	start: string,
	targets: ReadonlyMap<string, readonly string[]>,
): string | undefined {
	const seen = new Set<string>();
	const walk = (file: string, path: readonly string[]): string | undefined => {
		for (const target of targets.get(file) ?? []) {
			if (target === start) return [...path, target].join(" -> ");
			if (seen.has(target)) continue;
			seen.add(target);
			const found = walk(target, [...path, target]);
			if (found !== undefined) return found;
		}
		return undefined;
	};
	return walk(start, [start]);
}

/** What a file takes under its own name from where the genuine timers are. */
function realTimersIn(tree: ts.SourceFile): Set<string> {
	return new Set(
		tree.statements
			.filter(ts.isImportDeclaration)
			.filter(({ moduleSpecifier }) =>
				moduleSpecifier.getText().endsWith('/real-timers.ts"'),
			)
			.map(({ importClause }) => importClause?.namedBindings)
			.flatMap((named) =>
				named !== undefined && ts.isNamedImports(named)
					? named.elements
							.filter(({ propertyName }) => propertyName === undefined)
							.map(({ name }) => name.text)
					: [],
			),
	);
}

/** Where time or randomness comes in at this very node. */
function sourceIn(node: ts.Node): string[] {
	const timers = [
		"setTimeout",
		"setInterval",
		"setImmediate",
		"queueMicrotask",
	];
	const randoms = ["randomUUID", "randomBytes", "randomInt", "getRandomValues"];
	if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
		if (
			node.expression.getText() !== "Date" ||
			(node.arguments?.length ?? 0) > 0
		)
			return [];
		return [ts.isNewExpression(node) ? "new Date()" : "Date()"];
	}
	if (!ts.isIdentifier(node)) return [];
	const { parent, text } = node;
	if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
		const whole = parent.getText();
		if (
			[
				"Date.now",
				"performance.now",
				"Math.random",
				"process.hrtime",
				"process.nextTick",
			].includes(whole)
		)
			return [whole];
		const isGlobal = parent.expression.getText() === "globalThis";
		return randoms.includes(text) || (isGlobal && timers.includes(text))
			? [text]
			: [];
	}
	const isName =
		ts.isClassElement(parent) ||
		ts.isTypeElement(parent) ||
		ts.isPropertyAssignment(parent);
	if (isName && parent.name === node) return [];
	return [...timers, ...randoms].includes(text) ? [text] : [];
}

/** What is written to at this very node: a console, a standard stream, or a whole process that somebody may write to. */
function outputIn(node: ts.Node): string[] {
	if (ts.isStringLiteral(node))
		return ["inherit", "/dev/tty"].includes(node.text) ? [node.text] : [];
	if (!ts.isIdentifier(node)) return [];
	const { parent, text } = node;
	if (["writeSync", "Console"].includes(text)) return [text];
	const isOwnName =
		(ts.isPropertyAccessExpression(parent) &&
			parent.name === node &&
			parent.expression.getText() !== "globalThis") ||
		ts.isPropertySignature(parent) ||
		ts.isImportSpecifier(parent);
	if (isOwnName) return [];
	if (text === "console") return [text];
	if (text !== "process") return [];
	if (!ts.isPropertyAccessExpression(parent)) return [text];
	const written = ["stdout", "stderr", "emitWarning"];
	return written.includes(parent.name.text) ? [parent.getText()] : [];
}
