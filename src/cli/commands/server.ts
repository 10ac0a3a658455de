import { serverCommand, until } from "../connect.ts";
import { table } from "../table.ts";

export const events = serverCommand(
	"events",
	async ({ client, list }, provider?: string) => {
		const { providers } = await client.get("/providers");
		const ids = providers.map(({ id }) => id);
		if (provider !== undefined && !ids.includes(provider)) {
			const { unknownProvider } = await import("../../engine/installed.ts");
			throw unknownProvider(provider, ids);
		}
		const found = providers
			.filter(({ id }) => provider === undefined || id === provider)
			.flatMap(({ id, events }) =>
				events.map((event) => ({ provider: id, ...event })),
			);
		list(
			found.map(({ type, ...rest }) => {
				return { kind: "event", event: { type }, ...rest };
			}),
			table(
				found.map(({ provider, type, summary }) => [provider, type, summary]),
			),
		);
	},
);

export const reset = serverCommand(
	"reset",
	async ({ client, print }, provider?: string) => {
		const done = await client.post("/reset", { body: { provider } });
		print({ kind: "reset", ...done }, `reset ${done.reset.join(", ")}`);
	},
);

export const stop = serverCommand(
	"stop",
	async ({ client, print }, { timeout }: { timeout: number }) => {
		await client.post("/stop");
		await until("gone", client, timeout);
		const { url } = client;
		print({ kind: "stopped", url }, `stopped ${url}`);
	},
);
