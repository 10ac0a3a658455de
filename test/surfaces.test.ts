import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { longFlag, settings } from "../src/config/settings.ts";
import {
	camel,
	fieldsOf,
	flagOf,
	readSurfaces,
	type Surface,
	without,
} from "./support/surfaces.ts";
import { wholeProgram } from "./support/whole-program.ts";

const derived = await readSurfaces();

/** One thing that localhook can do, by its name on each surface. */
interface Row extends Partial<Record<Surface, string | readonly string[]>> {
	/** Why another surface cannot do it. */
	readonly without?: Partial<Record<Surface, string>>;
	/** Why the names have no word in common. */
	readonly word?: string;
	/** Why an option is not on every surface that the row has, by the option's name. */
	readonly only?: Readonly<Record<string, string>>;
}

const positional = "it is given by its place, without a name";
const ofFile = "a captured request is read from a file, without a server";
const byQuery = "the query says it";
const ofServer =
	"it starts a process or reads its files, which no request does";
const own = "a test starts its localhook with what it needs";

const rows: readonly Row[] = [
	{
		cli: "send",
		http: "send-event",
		ts: "provider.send",
		only: {
			count: "a test sends in a loop, and has each event",
			dryRun: "a test looks at the body and headers of a delivery",
			wait: "a test awaits settled, or hooks.idle()",
		},
	},
	{
		cli: "events",
		http: "list-providers",
		without: { ts: "the compiler knows the types, and completes them" },
		word: "the operation lists the providers, and their events with them",
		only: {
			provider:
				"the answer is short: a client takes the provider that it wants",
			reveal: "the command shows no secret",
		},
	},
	{
		cli: "show",
		http: "get-delivery",
		ts: "deliveries",
		word: "a delivery of a test is an object, which is looked at",
		only: {
			delivery: byQuery,
			query: "the id says which one",
			reveal: "a test sees everything",
		},
	},
	{
		http: "list-deliveries",
		ts: "deliveries",
		without: { cli: "log shows them, with what became of each" },
		only: {
			provider: byQuery,
			type: byQuery,
			state: byQuery,
			limit: "nothing is paged in the same process",
			before: "nothing is paged in the same process",
			from: "nothing is paged in the same process",
		},
	},
	{ cli: "attempt", http: "attempt-delivery", ts: "delivery.attempt" },
	{
		cli: "resend",
		http: "resend-delivery",
		ts: "delivery.resend",
		only: {
			exact: "the flags are the values of mode",
			resign: "the flags are the values of mode",
			mode: "the flags are the values of mode",
			wait: "a test awaits settled, or hooks.idle()",
		},
	},
	{
		cli: "wait",
		http: ["wait-for-deliveries", "get-health"],
		ts: "wait",
		only: {
			ready: "a server that answers is ready",
			signal: "a client that waits no longer closes its connection",
		},
	},
	{
		cli: "log",
		http: ["list-entries", "stream-entries"],
		ts: ["journal.entries", "journal.follow"],
		word: "journal is the word; a command that prints one is called log",
		only: {
			follow: "it is an operation and a method of its own, not an option",
			listener: "a stream is listened to as it comes",
			limit: "in the command it is of the newest, as in tail",
			newest: "in the command it is limit, as in tail",
			after: "a test has all entries, and slices them",
			lastEventID: "how a stream of server-sent events is resumed",
		},
	},
	{ cli: "clock now", http: "get-clock", ts: ["clock.now", "clock.due"] },
	{
		cli: "clock advance",
		http: "advance-clock",
		ts: "clock.advance",
		only: { duration: positional, by: positional, time: positional },
	},
	{ cli: "clock next", http: "next-clock", ts: "clock.next" },
	{ cli: "clock drain", http: "drain-clock", ts: "clock.drain" },
	{ cli: "faults show", http: "list-faults", ts: "faults.list" },
	{
		cli: ["faults load", "faults clear"],
		http: "plan-faults",
		ts: "faults.set",
		only: {
			file: "a command reads files, a program has a list",
			faults: "a command reads files, a program has a list",
			specs: positional,
		},
	},
	{
		cli: "endpoint list",
		http: "list-endpoints",
		ts: "provider.endpoints",
		only: {},
	},
	{
		cli: ["endpoint pause", "endpoint down", "endpoint resume"],
		http: "set-outage",
		ts: "provider.setOutage",
		word: "the commands are the values of outage",
		only: { outage: "the commands are the values of outage" },
	},
	{
		cli: "secret",
		http: ["list-secrets", "rotate-secrets"],
		ts: [
			"provider.secret.of",
			"provider.secret.replace",
			"provider.secret.roll",
		],
		only: {
			reveal: "a test sees everything",
			replace: "the flags are the values of action",
			roll: "the flags are the values of action",
			action: "the flags and methods are the values of action",
		},
	},
	{
		cli: ["snapshot save", "snapshot show"],
		http: "save-snapshot",
		ts: "snapshot",
		only: { file: "a command writes a file, a program has an object" },
	},
	{
		cli: "snapshot load",
		http: "load-snapshot",
		ts: "load",
		only: {
			file: "a command reads a file, a program has an object",
			snapshot: "the body of the request is the snapshot",
			localhook: "a field of the snapshot",
			seed: "a field of the snapshot",
			now: "a field of the snapshot",
			providers: "a field of the snapshot",
			deliveries: "a field of the snapshot",
		},
	},
	{
		cli: "snapshot diff",
		without: {
			http: "it compares two files, and asks no server",
			ts: "a test runner compares two objects",
		},
	},
	{
		cli: "reset",
		http: "reset",
		ts: "reset",
		only: { provider: "a test opens a scope of its own instead" },
	},
	{
		cli: "export",
		http: "export-deliveries",
		without: { ts: "a test has the deliveries themselves; its server exports" },
		only: { output: "a client writes its answer where it likes" },
	},
	{
		cli: "open",
		without: {
			http: "a browser asks for the page itself",
			ts: "a test looks at its deliveries",
		},
	},
	{
		cli: "stop",
		http: "stop",
		ts: "close",
		word: "what opens a resource closes it, and await using does",
		only: { timeout: "the answer comes at once, and the process ends later" },
	},
	...(["sign", "verify"] as const).map((cli) => ({
		cli,
		without: {
			http: "it needs no server",
			ts: "a test has the official package of its provider",
		},
	})),
	{
		cli: "check",
		without: {
			http: "it asks a receiver, and needs no server",
			ts: "check() stands beside the surface, and needs no provider that runs",
		},
	},
	{
		cli: "play",
		ts: "play",
		without: { http: "a server reads no file that a client names" },
		only: {
			scenario: positional,
			file: positional,
			receiver: own,
			seed: own,
		},
	},
	{
		cli: "explain",
		http: "explain-delivery",
		ts: ["explain", "delivery.explain"],
		only: {
			language: "a receiver in the process of a test is JavaScript",
			file: ofFile,
			provider: ofFile,
			scheme: ofFile,
			secretEnv: ofFile,
			secretFile: ofFile,
			expected: ofFile,
			at: ofFile,
			registeredUrl: ofFile,
			send: ofFile,
			save: ofFile,
		},
	},
	{
		ts: "idle",
		without: {
			cli: "wait waits for what the query says",
			http: "wait waits for what the query says",
		},
	},
	{
		ts: ["scope", "provider"],
		without: {
			cli: "a server has one scope, and providers by their ids",
			http: "a server has one scope, and providers by their ids",
		},
	},
	{
		ts: ["provider.call", "provider.subscriptions"],
		without: {
			cli: "any HTTP client calls the provider's own API",
			http: "it is the provider's own API, at its mount",
		},
	},
	...["start", "exec", "demo", "config show", "config validate"].map((cli) => ({
		cli,
		without: { http: ofServer, ts: own },
	})),
	...["completion", "complete"].map((cli) => ({
		cli,
		without: { http: "it is of the shell", ts: "it is of the shell" },
	})),
];

describe("what localhook can do", () => {
	it.each(["cli", "http", "ts"] as const)(
		"is listed whole and as it is, of the surface %s",
		(surface) => {
			const listed = rows.flatMap((row) => namesOf(row, surface));

			expect([...new Set(listed)].sort()).toEqual(
				[...derived[surface].keys()].sort(),
			);
		},
	);

	it("can be done on each surface, by the same word and with the same options, or has a reason", () => {
		expect(rows.flatMap(problemsOf)).toEqual([]);
	});

	it.each<[string, Row, readonly string[]]>([
		[
			"a verb",
			{ cli: "attempt", ts: "delivery.attempt" },
			["attempt: http lacks it"],
		],
		[
			"a verb that is there",
			{ cli: "reset", http: "reset", without: { http: "it cannot" } },
			["reset: http has it, and a reason why not", "reset: ts lacks it"],
		],
		[
			"a word",
			{ cli: "stop", http: "stop", ts: "close" },
			["stop: close has another word", "stop: timeout is not on http, ts"],
		],
		[
			"a word that is the same",
			{
				cli: "attempt",
				http: "attempt-delivery",
				ts: "delivery.attempt",
				word: "x",
			},
			["attempt: the words are the same, and there is a reason why not"],
		],
		[
			"an option",
			{ cli: "reset", http: "reset", ts: "reset", only: { owner: "x" } },
			["reset: provider is not on ts", "reset: owner needs no reason"],
		],
	])("is found where %s needs a reason, or needs none", (_, row, problems) => {
		expect(problemsOf(row)).toEqual(problems);
	});
});

describe("a setting", () => {
	/** Why a setting is not where the others are, by its name. */
	const notInTypeScript: Readonly<Record<string, string>> = {
		allowReceivers: "naming a receiver allows it",
		rewrites: "a receiver of the same process takes deliveries to any URL",
		handlers: "a test has msw itself",
		faultsFile: "a test has a list, called faults",
		writeEnvFile: "a test has hooks.env",
		overwriteEnvFile: "a test has hooks.env",
		json: "nothing is printed",
		quiet: "nothing is printed",
	};
	const inTypeScriptAlone: Readonly<Record<string, string>> = {
		path: "of a receiver that has no URL",
		register: "a server without the setting receiver registers nothing",
		limits: "a test that looks at the bounds makes them small",
		baseUrl: "of msw, which has no port",
		over: "of Vitest's fixture: the way in",
	};
	/** A list of objects, for which a flag has no form; `--faults-file` names a file of them. */
	const inFileAlone = "faults";
	const notASetting: Readonly<Record<string, string>> = {
		config: "which configuration to read",
	};

	it("has the same word as a flag, a variable and a key", async () => {
		const start = (await wholeProgram()).commands.find(
			(command) => command.name() === "start",
		);
		const flags = start?.options.map((option) => flagOf(option.long)) ?? [];
		const entries = Object.entries(settings).filter(
			([name]) => name !== "providers" && name !== inFileAlone,
		);

		const differing = entries.filter(([name, setting]) => {
			const word = camel(longFlag(setting) ?? "");
			return name !== word && name !== `${word}s`;
		});
		expect(differing).toEqual([]);
		expect([...new Set(flags)].sort()).toEqual(
			[
				...entries.map(([, setting]) => longFlag(setting)),
				...Object.keys(notASetting),
			].sort(),
		);
		const { properties } = JSON.parse(
			readFileSync("localhook.schema.json", "utf8"),
		);
		expect(Object.keys(properties).sort()).toEqual(
			["$schema", ...Object.keys(settings)].sort(),
		);
	});

	it("is an option in TypeScript by the same name, or has a reason", () => {
		const options = [
			...fieldsOf("src/engine/run.ts", "SharedOptions"),
			...fieldsOf("src/hooks/options.ts", "HooksOptions"),
			...fieldsOf("src/server/access.ts", "AccessOptions"),
			...fieldsOf("src/testing/start.ts", "StartOptions"),
			...fieldsOf("src/testing/vitest.ts", "FixtureOptions"),
			...fieldsOf("src/msw/setup.ts", "MswOptions"),
		];
		const names = Object.keys(settings);

		expect(without(names, options)).toEqual(Object.keys(notInTypeScript));
		expect(without(options, names).sort()).toEqual(
			Object.keys(inTypeScriptAlone).sort(),
		);
	});
});

function namesOf(row: Row, surface: Surface): readonly string[] {
	return [row[surface] ?? []].flat();
}

function problemsOf(row: Row): readonly string[] {
	const { without: lacks = {}, only = {}, word } = row;
	const surfaces = ["cli", "http", "ts"] as const;
	const [first = ""] = surfaces.flatMap((surface) => namesOf(row, surface));
	const has = surfaces.filter((surface) => row[surface] !== undefined);
	const absent = surfaces.flatMap((surface) =>
		has.includes(surface) === (lacks[surface] === undefined)
			? []
			: has.includes(surface)
				? `${surface} has it, and a reason why not`
				: `${surface} lacks it`,
	);
	const other = has
		.flatMap((surface) => namesOf(row, surface)[0] ?? [])
		.find(
			(name) => !wordsOf(name).some((each) => wordsOf(first).includes(each)),
		);
	const words =
		(other === undefined) === (word === undefined)
			? []
			: other === undefined
				? ["the words are the same, and there is a reason why not"]
				: [`${other} has another word`];
	const taken = has.map((surface) => ({
		surface,
		names: namesOf(row, surface).flatMap(
			(name) => derived[surface].get(name) ?? [],
		),
	}));
	const partial = new Map<string, readonly Surface[]>();
	for (const { names } of taken)
		for (const name of names) {
			const missing = taken.filter((each) => !each.names.includes(name));
			if (missing.length > 0)
				partial.set(
					name,
					missing.map(({ surface }) => surface),
				);
		}
	return [
		...absent,
		...words,
		...[...partial]
			.filter(([name]) => !(name in only))
			.map(([name, missing]) => `${name} is not on ${missing.join(", ")}`),
		...Object.keys(only)
			.filter((name) => !partial.has(name))
			.map((name) => `${name} needs no reason`),
	].map((problem) => `${first}: ${problem}`);
}

/** `endpoint` and `list` of `list-endpoints`. */
function wordsOf(name: string): readonly string[] {
	return name
		.split(/[ .-]|(?=[A-Z])/)
		.map((word) => word.toLowerCase().replace(/s$/, ""));
}
