import type { Command } from "commander";
import { LocalhookError } from "../../errors.ts";
import type { DeliverySummary } from "../answers.ts";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import { deliveryLines } from "../delivery-lines.ts";
import type { CommandContext } from "../io.ts";
import { refuseTogether } from "../options.ts";
import { noWait, outcomeHelp, sayOutcome, slow } from "../outcome.ts";

interface ResendOptions extends ServerOptions {
	readonly exact?: boolean;
	readonly resign?: boolean;
	readonly endpoint?: string;
	readonly wait: boolean;
}

export function resend(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.argument("<delivery>", "its id or the start of it, or latest")
		.option("--exact", "the same bytes and headers, as a replay has them")
		.option("--resign", "the same body with the time and signature of now")
		.option("--endpoint <id>", "send it to this endpoint instead")
		.addOption(noWait())
		.addHelpText("after", `${examples}${outcomeHelp}`)
		.action(async (id: string, options: ResendOptions) => {
			const { exact = false, resign = false } = options;
			refuseTogether(options, ["exact", "resign"], ways);
			if (!exact && !resign)
				throw new LocalhookError(
					"invalid-option",
					`Failed to resend "${id}": say how. Give ${ways}.`,
				);
			const connection = connect(context, options);
			const { client, print, say } = connection;
			const { endpoint, wait } = options;
			const body = { mode: exact ? "exact" : "resign", endpoint, wait };
			const delivery = await client.post<DeliverySummary>(
				`/deliveries/${encodeURIComponent(id)}/resend`,
				{ body, timeout: 120_000, onSlow: () => say(slow) },
			);
			print({ kind: "resent", delivery }, deliveryLines([delivery]));
			if (wait) await sayOutcome([delivery], connection, context);
		});
}

const ways =
	"--exact for the same bytes and headers, with the old time and signature; or --resign for the same body, with a new time and signature";

const examples = `
Examples:
  $ localhook resend latest --exact          a receiver should know it has seen this one
  $ localhook resend dlv_2Mj9nKy4d0kHljlv0pww --resign
`;
