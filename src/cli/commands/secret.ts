import type { Command } from "commander";
import { LocalhookError } from "../../errors.ts";
import type { Secret } from "../answers.ts";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import type { CommandContext } from "../io.ts";
import { mask } from "../mask.ts";
import { refuseTogether } from "../options.ts";
import { table } from "../table.ts";

interface SecretOptions extends ServerOptions {
	readonly reveal?: boolean;
	readonly replace?: boolean;
	readonly roll?: boolean;
	readonly owner?: string;
}

export function secret(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.argument("[provider]", "which one; default: all")
		.option("--reveal", "print the secrets, not their fingerprints")
		.option("--replace", "a new secret, and the old one ends at once")
		.option("--roll", "a new secret, and the old one ends as the provider says")
		.option("--owner <id>", "only this workspace's, webhook's or account's")
		.addHelpText("after", examples)
		.action(async (provider: string | undefined, options: SecretOptions) => {
			const action = actionOf(provider, options);
			const { client, print, say } = connect(context, options);
			const { owner, reveal } = options;
			const { secrets } = await (action === undefined
				? client.get<Secrets>("/secrets", {
						query: { provider, reveal: reveal ? "true" : undefined },
					})
				: client.post<Secrets>(
						`/secrets/${encodeURIComponent(provider ?? "")}`,
						{
							body: { action, owner },
						},
					));
			const wanted = secrets.filter(
				(each) => owner === undefined || each.owner === owner,
			);
			mask(
				wanted.map(({ value }) => value),
				context.io,
			);
			// A shortened secret would be of no use.
			const lines = table(wanted.map(cells), Number.POSITIVE_INFINITY);
			for (const [index, each] of wanted.entries())
				print({ kind: "secret", ...each }, lines[index] ?? "");
			if (wanted.length === 0)
				say("There is no such secret. Make one through the provider's API.");
		});
}

interface Secrets {
	readonly secrets: readonly Secret[];
}

/** @throws LocalhookError `invalid-option` */
function actionOf(
	provider: string | undefined,
	{ reveal, replace, roll }: SecretOptions,
): "replace" | "roll" | undefined {
	const options = { reveal, replace, roll };
	refuseTogether(options, Object.keys(options), "one of them");
	const action = replace ? "replace" : roll ? "roll" : undefined;
	if (action !== undefined && provider === undefined) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to ${action} a secret: it is not said whose. Name the provider: localhook secret <provider> --${action}.`,
		);
	}
	return action;
}

function cells(secret: Secret): string[] {
	const { provider, owner, fingerprint, value, isPrevious } = secret;
	return [provider, owner, value ?? fingerprint, isPrevious ? "previous" : ""];
}

const examples = `
Examples:
  $ localhook secret                       whose secrets there are, by fingerprint
  $ localhook secret prolific --reveal     what a receiver verifies with
  $ localhook secret solvimon --roll       both signatures until the old one ends
  $ localhook secret prolific --replace --owner 63722982f9cc073ecc730f6b
`;
