import { commandGroup, type Server, serverCommand } from "../connect.ts";
import { dueLine } from "../deliveries.ts";
import { exitCodes } from "../exit-codes.ts";
import { integer } from "../options.ts";

/** Attempts may take the provider's whole timeout each, and a schedule has many. */
const timeout = 3_600_000;

const now = serverCommand({
	summary: "show what time it is, and which attempt comes next",
	async run({ client, print }) {
		const shown = await client.get("/clock");
		const { now, mode, speed, due, pending } = shown;
		const what = speed === 1 ? mode : `${mode}, ${speed} times as fast`;
		const next = due === null ? "nothing is due" : `next  ${dueLine(due)}`;
		print({ kind: "clock", ...shown }, [
			`${now}  ${what}  ${pending} pending`,
			next,
		]);
	},
});

const advance = serverCommand({
	summary: "turn a virtual clock on, and run what falls due",
	describe: (command) =>
		command.argument("<duration>", "such as 30s, 10m, 3d or 1h30m"),
	async run(server, by: string) {
		await turn(server, "/clock/advance", { by });
	},
});

const next = serverCommand({
	summary: "turn a virtual clock to the next attempt, and run it",
	async run(server) {
		await turn(server, "/clock/next");
	},
});

const drain = serverCommand({
	summary: "turn a virtual clock on until nothing is due",
	describe: (command) =>
		command.option(
			"--attempts <n>",
			"stop after so many, with exit code 1; default: 100000",
			integer(1, 999_999_999),
		),
	async run(server, { attempts }: { attempts?: number }) {
		const stopped = await turn(server, "/clock/drain", { attempts });
		if (!stopped) return;
		server.say(
			"It stopped at its bound with attempts still due. Run it again.",
		);
		server.finish(exitCodes.failed);
	},
});

/** Gives whether a bound has stopped it. */
async function turn(
	{ client, print }: Server,
	path: "/clock/advance" | "/clock/next" | "/clock/drain",
	body?: object,
): Promise<boolean> {
	const turned = await client.post(path, { body, timeout });
	const { now, attempts, pending, ran, stopped = false } = turned;
	const next = ran ? `ran   ${dueLine(ran)}` : "nothing is due";
	print({ kind: "clock", ...turned }, [
		`${now}  ${attempts} run  ${pending} pending`,
		...(path === "/clock/next" ? [next] : []),
	]);
	return stopped;
}

export const clock = commandGroup(
	{ now, advance, next, drain },
	`
Examples:
  $ localhook clock now             what time it is, and which attempt comes next
  $ localhook clock advance 3d      plays three days of retries
  $ localhook clock next            runs the next attempt, and says which
  $ localhook clock drain           runs until nothing is due

The clock can be turned when localhook was started with --clock virtual.
`,
);
