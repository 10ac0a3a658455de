import { type Server, serverCommand } from "../connect.ts";
import { exitCodes } from "../io.ts";
import { dueLine } from "../table.ts";

/** Attempts may take the provider's whole timeout each, and a schedule has many. */
const timeout = 3_600_000;

export const clock = serverCommand("clock", {
	async now({ client, print }) {
		const shown = await client.get("/clock");
		const { now, mode, speed, due, pending } = shown;
		const what = speed === 1 ? mode : `${mode}, ${speed} times as fast`;
		const next = due === null ? "nothing is due" : `next  ${dueLine(due)}`;
		print({ kind: "clock", ...shown }, [
			`${now}  ${what}  ${pending} pending`,
			next,
		]);
	},
	async advance(server, by: string) {
		await turn(server, "/clock/advance", { by });
	},
	async next(server) {
		await turn(server, "/clock/next");
	},
	async drain(server, { attempts }: { attempts?: number }) {
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
