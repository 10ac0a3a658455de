import { LocalhookError, quoted } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { Schemas } from "../client.ts";
import { type Server, serverCommand } from "../connect.ts";
import { noted, table } from "../table.ts";

export const endpoint = serverCommand("endpoint", {
	async list({ client, list }, provider?: string) {
		const near = didYouMean(provider, ["pause", "down", "resume"]);
		if (near !== "")
			throw new LocalhookError(
				"unknown-provider",
				`Unknown command ${quoted(provider)}: there is no such command or provider.${near}`,
			);
		const query = { provider };
		const { endpoints } = await client.get("/endpoints", { query });
		list(
			endpoints.map((each) => ({ kind: "endpoint", ...each })),
			linesOf(endpoints),
			"None is registered. Register one through the provider's API, or start with --receiver.",
		);
	},
	pause: outage("paused"),
	down: outage("down"),
	resume: outage("none"),
});

function outage(outage: string) {
	return async (
		{ client, print }: Server,
		provider: string,
		id: string,
	): Promise<void> => {
		const changed = await client.put("/endpoints/{provider}/{id}/outage", {
			params: { provider, id },
			body: { outage },
		});
		print({ kind: "endpoint", ...changed }, linesOf([changed]).flat());
	};
}

/** Of each endpoint: what it is and how it stands, and which events it gets if not all. */
function linesOf(endpoints: readonly Schemas["Endpoint"][]): string[][] {
	const rows = endpoints.map((endpoint) => {
		const { provider, id, url, enabled, reason, outage, pending } = endpoint;
		const disabled = reason === undefined ? "disabled" : `disabled: ${reason}`;
		const states = [enabled ? "enabled" : disabled, outage];
		const how = states.filter((state) => state !== "none");
		return [provider, id, url, [...how, `${pending} pending`].join(", ")];
	});
	const lines = table(rows);
	return endpoints.map(({ events }, index) => noted(lines[index], events));
}
