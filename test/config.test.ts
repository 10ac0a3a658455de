import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it, test } from "vitest";
import { addSettings, sourcesOf } from "../src/cli/setting-options.ts";
import { receiverFor } from "../src/config/receivers.ts";
import {
	type Entry,
	type Environment,
	type Flags,
	resolveSetup,
} from "../src/config/resolve.ts";
import {
	flagEntries,
	type SettingName,
	settings,
	variableOf,
} from "../src/config/settings.ts";
import { defaultSeed } from "../src/random.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess } from "./support/in-process.ts";
import { wholeProgram } from "./support/whole-program.ts";

const whole = await wholeProgram();

interface Given {
	readonly flags?: Flags;
	readonly environment?: Environment;
	/** A `localhook.config.yaml`. */
	readonly yaml?: string;
}

async function resolved({ flags = {}, environment = {}, yaml }: Given) {
	const folder = await folderWith(
		yaml === undefined ? {} : { "localhook.config.yaml": yaml },
	);
	return resolveSetup({ flags, environment, folder });
}

/** Who set what, in short. */
function origins(entries: readonly Entry[]): Record<string, unknown> {
	return Object.fromEntries(
		entries
			.filter(({ origin }) => origin.from !== "default")
			.map(({ path, value, origin }) => [path.join("."), [value, origin.from]]),
	);
}

const mine = "http://a.test/{provider}";

it.each<[given: Given, receiver: unknown, solvimon: string | undefined]>([
	[{ flags: { receiver: [mine] } }, mine, "http://a.test/solvimon"],
	[
		{ flags: { receiver: ["http://b.test?a=b", mine] } },
		mine,
		"http://a.test/solvimon",
	],
	[
		{ flags: { receiver: ["spritz=built-in", "solvimon=http://b.test"] } },
		{ spritz: "built-in", solvimon: "http://b.test" },
		"http://b.test",
	],
	[
		{ environment: { LOCALHOOK_RECEIVER: `spritz=http://b.test,${mine}` } },
		{ spritz: "http://b.test", "*": mine },
		"http://a.test/solvimon",
	],
	[
		{ yaml: "receiver: { spritz: http://b.test }" },
		{ spritz: "http://b.test" },
		undefined,
	],
	[
		{
			flags: { receiver: ["built-in"] },
			yaml: "receiver: { spritz: http://b.test }",
		},
		"built-in",
		"built-in",
	],
	[
		{
			flags: { providers: ["solvimon"] },
			yaml: "receiver: { spritz: http://b.test, solvimon: http://c.test }",
		},
		{ solvimon: "http://c.test" },
		"http://c.test",
	],
])("of %o, the receiver is %o and solvimon's is %o", async (...given) => {
	const [sources, receiver, solvimon] = given;

	const { setup } = await resolved(sources);

	expect(setup.receiver).toEqual(receiver);
	expect(receiverFor(setup.receiver, "solvimon")).toBe(solvimon);
});

it("names the seed by default that an engine takes by default", () => {
	expect(settings.seed.default).toBe(defaultSeed);
});

describe("a setting", () => {
	const flags = { port: ["1"] };
	const environment = { LOCALHOOK_PORT: "2" };
	const yaml = "port: 3";

	it.each([
		["flag", { flags, environment, yaml }, 1],
		["env", { environment, yaml }, 2],
		["config", { yaml }, 3],
		["default", {}, 4600],
	] as const)(
		"comes from the %s where nothing above it is given",
		async (from, given, port) => {
			const { setup, entries } = await resolved(given);

			expect(setup.port).toBe(port);
			expect(entries.find(({ path }) => path[0] === "port")?.origin.from).toBe(
				from,
			);
		},
	);

	it("has the default of the command that asks, where that has one", async () => {
		const defaults = { port: 0, quiet: true };
		const folder = await folderWith({
			"localhook.config.yaml": "quiet: false",
		});
		const sources = { flags: {}, environment: {}, folder, defaults };

		const { setup, entries } = await resolveSetup(sources);

		expect(setup).toMatchObject({ port: 0, quiet: false, strict: false });
		expect(entries).toContainEqual({
			path: ["port"],
			value: 0,
			origin: { from: "default" },
		});
	});

	it("says where in the file or in which variable it was set", async () => {
		const { entries } = await resolved({
			environment: { LOCALHOOK_ALLOW_RECEIVER: "a.test" },
			yaml: "seed: x\noptions:\n  prolific:\n    retry: none\n",
			flags: { strict: ["true"] },
		});

		expect(
			entries
				.filter(({ origin }) => origin.from !== "default")
				.map(({ origin }) => origin),
		).toEqual([
			{ from: "config", file: "localhook.config.yaml", line: 1 },
			{ from: "flag", flag: "--strict" },
			{ from: "config", file: "localhook.config.yaml", line: 4 },
			{ from: "env", variable: "LOCALHOOK_ALLOW_RECEIVER" },
		]);
	});

	it("replaces faults of the file, where it is a flag that names a file of faults", async () => {
		const { setup } = await resolved({
			flags: { faultsFile: ["f.yaml"] },
			yaml: "faults: [{ fault: drop }]",
		});

		expect(setup.faultsFile).toBe("f.yaml");
	});

	it("that holds a table is layered name by name, a list is taken whole", async () => {
		const { setup, entries } = await resolved({
			yaml: [
				"options: { prolific: { retry: older, json: compact, receivers: https } }",
				"credentials: { prolific: [filed], spritz: ['int_abc123:sk_test_abc'] }",
				"allowReceivers: [a.test, b.test]",
			].join("\n"),
			environment: {
				LOCALHOOK_OPTION: "prolific.retry=none,prolific.receivers=any",
				LOCALHOOK_ALLOW_RECEIVER: "c.test",
			},
			flags: {
				options: ["prolific.receivers=https"],
				credentials: ["prolific=a", "prolific=b"],
			},
		});

		expect(setup.options).toEqual({
			prolific: { retry: "none", json: "compact", receivers: "https" },
		});
		expect(setup.credentials).toEqual({
			prolific: ["a", "b"],
			spritz: ["int_abc123:sk_test_abc"],
		});
		expect(setup.allowReceivers).toEqual(["c.test"]);
		expect(origins(entries)).toMatchObject({
			"options.prolific.retry": ["none", "env"],
			"options.prolific.json": ["compact", "config"],
			"options.prolific.receivers": ["https", "flag"],
			"credentials.spritz": [["int_abc123:sk_test_abc"], "config"],
		});
	});

	it("of a provider that is not started lies idle, unless it is a flag", async () => {
		const given = {
			yaml: "options: { prolific: { json: compact }, solvimon: { hexCase: lower } }",
		};
		const idle = await resolved({ ...given, flags: { providers: ["spritz"] } });
		const flagged = await resolved({
			flags: { providers: ["spritz"], options: ["solvimon.hexCase=lower"] },
		});

		expect(idle.setup.options).toBeUndefined();
		expect(flagged.setup.options).toEqual({ solvimon: { hexCase: "lower" } });
	});
});

describe("the clock", () => {
	it.each(["real", "virtual", "virtual=2026-11-21T10:00:00+01:00"])(
		"may be %s",
		async (clock) => {
			const { setup } = await resolved({ flags: { clock: [clock] } });

			expect(setup.clock).toBe(clock);
		},
	);

	it.each([
		"",
		"fake",
		"virtual=",
		"virtual=tomorrow",
		"virtual=2026-02-31",
		// It would be another time on another machine.
		"virtual=2026-11-21T10:00:00",
	])("may not be %j", async (clock) => {
		const failure = resolved({ flags: { clock: [clock] } });

		await expect(failure).rejects.toMatchObject({ code: "invalid-option" });
		await expect(failure).rejects.toThrow(JSON.stringify(clock));
	});
});

describe("the speed", () => {
	it.each(["0", "0.5", "1000001", "-1", "1e3", "Infinity", "60x", ""])(
		"may not be %j",
		async (speed) => {
			const failure = resolved({ flags: { speed: [speed] } });

			await expect(failure).rejects.toThrow(
				new RegExp(
					`^--speed: it must be a number from 1 to 1000000, not "?${speed}"?\\.$`,
				),
			);
		},
	);
});

describe("the environment", () => {
	it.each([
		["commas", "a.test, b.test"],
		["lines", "a.test\nb.test\n"],
	])("holds several values between %s", async (_, text) => {
		const { setup } = await resolved({
			environment: { LOCALHOOK_ALLOW_RECEIVER: text },
		});

		expect(setup.allowReceivers).toEqual(["a.test", "b.test"]);
	});

	it("holds a value with a comma in it on a line of its own", async () => {
		const { setup } = await resolved({
			environment: {
				LOCALHOOK_CREDENTIAL: "solvimon=key:WEBHOOK.VIEW,WEBHOOK.CREATE\n",
			},
		});

		expect(setup.credentials).toEqual({
			solvimon: ["key:WEBHOOK.VIEW,WEBHOOK.CREATE"],
		});
	});

	it("says how to hold a value with a comma in it, where one was cut", async () => {
		const failure = resolved({
			environment: {
				LOCALHOOK_CREDENTIAL: "solvimon=key:WEBHOOK.VIEW,WEBHOOK.CREATE",
			},
		});

		await expect(failure).rejects.toThrow(/must be provider=value.*line break/);
	});

	it.each([
		["1", true],
		["true", true],
		["0", false],
		["false", false],
		// An emptied variable is one that nobody set.
		["", true],
	])("switches with %j", async (text, strict) => {
		const { setup } = await resolved({
			yaml: "strict: true",
			environment: { LOCALHOOK_STRICT: text },
		});

		expect(setup.strict).toBe(strict);
	});

	it("is refused with every problem that it and the file have", async () => {
		const failure = resolved({
			yaml: "seed: 7",
			environment: {
				LOCALHOOK_PORT: "99999",
				LOCALHOOK_RECEIVER: "localhost",
				LOCALHOOK_STRICT: "maybe",
				LOCALHOOK_OPTION: "prolific.jsn=compact,acme.x=y",
				LOCALHOOK_PROVIDERS: "prolifc",
				LOCALHOOK_TARGET: "http://a.test",
				LOCALHOOK_ALLOW_TARGET: "a.test",
				LOCALHOOK_FAULTS: "f.yaml",
			},
		});

		await expect(failure).rejects.toMatchObject({
			code: "invalid-config",
			details: {
				problems: [
					{
						variable: "LOCALHOOK_TARGET",
						message: "it is now called LOCALHOOK_RECEIVER.",
					},
					{ variable: "LOCALHOOK_ALLOW_TARGET" },
					{ variable: "LOCALHOOK_FAULTS" },
					{ variable: "LOCALHOOK_PROVIDERS" },
					{ variable: "LOCALHOOK_PORT" },
					{ variable: "LOCALHOOK_RECEIVER" },
					{ variable: "LOCALHOOK_STRICT" },
					{ variable: "LOCALHOOK_OPTION" },
					{ variable: "LOCALHOOK_OPTION" },
					{ file: "localhook.config.yaml", line: 1, column: 7 },
				],
			},
		});
		await expect(failure).rejects.toThrow(
			/^LOCALHOOK_PORT: it must be a whole number from 0 to 65535, not 99999\.$/m,
		);
	});

	it("names the file to read", async () => {
		const folder = await folderWith({ "other.json": '{"port":5000}' });
		const environment = { LOCALHOOK_CONFIG: "other.json" };

		const { setup } = await resolveSetup({ flags: {}, environment, folder });

		expect(setup.port).toBe(5000);
	});
});

describe("every flag of start", () => {
	const command = whole.commands.find((each) => each.name() === "start");
	const flags = (command?.options ?? [])
		.filter(({ negate, hidden }) => !negate && !hidden)
		.map(({ long }) => long as string);
	const variables = flags.map(
		(flag) => `LOCALHOOK_${flag.slice(2).replaceAll("-", "_").toUpperCase()}`,
	);

	it("has a variable of its name", () => {
		const known = flagEntries.map(([name]) => variableOf(name));

		expect(known.sort()).toEqual(
			[...variables, "LOCALHOOK_PROVIDERS"]
				.filter((name) => name !== "LOCALHOOK_CONFIG")
				.sort(),
		);
	});

	it("names it in the help", () => {
		const help = command?.helpInformation();

		for (const variable of variables) expect(help).toContain(variable);
	});

	it("is read, and nothing else is", () => {
		const read = (...words: string[]) => {
			const command = addSettings(new Command());
			command.action(() => {}).parse(words, { from: "user" });
			return sourcesOf(command, command.args, { env: {} }).flags;
		};

		expect(read()).toEqual({});
		expect(read("prolific", "--no-strict", "-q", "--port", "1")).toEqual({
			providers: ["prolific"],
			strict: ["false"],
			quiet: ["true"],
			port: ["1"],
		});
		expect(read("--allow-receiver", "a", "--allow-receiver", "b")).toEqual({
			allowReceivers: ["a", "b"],
		});
	});

	it("means the same as its variable and its name in a file", async () => {
		const examples: Record<
			Exclude<SettingName, "faults">,
			[text: string, yaml: string]
		> = {
			providers: ["prolific", "[prolific]"],
			port: ["0", "0"],
			host: ["::1", "'::1'"],
			seed: ["7", "'7'"],
			clock: ["virtual=2026-11-21", "virtual=2026-11-21"],
			speed: ["1.5", "1.5"],
			receiver: ["built-in", "built-in"],
			receiverHeaders: ["x-gateway-key=a=b", "{ x-gateway-key: a=b }"],
			receiverCa: ["/ca.pem", "/ca.pem"],
			strict: ["true", "true"],
			credentials: ["prolific=abc", "{ prolific: [abc] }"],
			options: ["prolific.json=compact", "{ prolific: { json: compact } }"],
			allowReceivers: ["a.test:80", "['a.test:80']"],
			rewrites: [
				"https://a.test=http://127.0.0.1:1",
				"{ https://a.test: http://127.0.0.1:1 }",
			],
			allowHosts: ["a.test", "[a.test]"],
			corsOrigins: ["http://localhost:5173", "['http://localhost:5173']"],
			token: ["0123456789abcdef", "0123456789abcdef"],
			handlers: ["/h.ts", "/h.ts"],
			faultsFile: ["/faults.yaml", "/faults.yaml"],
			writeEnvFile: ["/env", "/env"],
			overwriteEnvFile: ["true", "true"],
			json: ["true", "true"],
			quiet: ["true", "true"],
		};
		for (const [name] of flagEntries) {
			const [text, yaml] = examples[name];
			const ways = [
				await resolved({ flags: { [name]: [text] } }),
				await resolved({ environment: { [variableOf(name)]: text } }),
				await resolved({ yaml: `${name}: ${yaml}` }),
			].map(({ setup }) => setup[name]);

			expect(ways, name).toEqual([ways[0], ways[0], ways[0]]);
			expect(ways[0], name).toBeDefined();
		}
	});
});

test("config validate looks into the faults and for the handlers that a file names", async () => {
	const folder = await folderWith({
		"bad.yaml": "faultsFile: faults.yaml\nhandlers: handlers.ts\n",
		"faults.yaml": "- { fault: drop, times: 1 }\n- { fault: drp }\n",
		"lost.yaml": "port: 1\nfaultsFile: nowhere.yaml\n",
		"sound.yaml": "faultsFile: right.yaml\nhandlers: right.yaml\n",
		"right.yaml": "[]",
	});
	const [bad, lost, sound] = await Promise.all(
		["bad", "lost", "sound"].map((name) =>
			runInProcess([
				"config",
				"validate",
				"--config",
				join(folder, `${name}.yaml`),
			]),
		),
	);

	expect(bad?.code).toBe(2);
	expect(bad?.stdout).toMatch(
		/^.*faults\.yaml:2:12: faults\[1\]\.fault: "drp" is not known here.*\n.*bad\.yaml:2:1: handlers: ".*handlers\.ts" cannot be read: there is no such file\. Give .*\n$/,
	);
	expect(lost).toMatchObject({
		code: 2,
		stdout: expect.stringMatching(
			/^.*lost\.yaml:2:1: faultsFile: Failed to read the faults ".*nowhere\.yaml": there is no such file\..*\n$/,
		),
	});
	expect(sound?.code).toBe(0);
});

test("LOCALHOOK_JSON makes an object of an error, as --json does", async () => {
	const { code, stderr } = await runInProcess(["start"], {
		env: { LOCALHOOK_JSON: "1", LOCALHOOK_PORT: "x" },
	});

	expect(code).toBe(2);
	expect(JSON.parse(stderr)).toMatchObject({
		kind: "error",
		code: "invalid-config",
		problems: [{ variable: "LOCALHOOK_PORT" }],
	});
});

test("a mistyped command is told from a provider before any file is read", async () => {
	const folder = await folderWith({ "localhook.config.yaml": "prot: 1" });

	const { code, stderr } = await runInProcess(["confg"], {
		env: { LOCALHOOK_CONFIG: join(folder, "localhook.config.yaml") },
	});

	expect(code).toBe(2);
	expect(stderr).toContain('Did you mean "config"?');
});
