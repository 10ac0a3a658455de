import { LocalhookError } from "../../errors.ts";
import { serverCommand } from "../connect.ts";
import { refuseTogether } from "../options.ts";
import { table } from "../table.ts";

interface SecretOptions {
	readonly reveal?: boolean;
	readonly replace?: boolean;
	readonly roll?: boolean;
	readonly owner?: string;
}

export const secret = serverCommand({
	describe: (command) =>
		command
			.argument("[provider]", "which one; default: all")
			.option("--reveal", "print the secrets, not their fingerprints")
			.option("--replace", "a new secret, and the old one ends at once")
			.option(
				"--roll",
				"a new secret, and the old one ends as the provider says",
			)
			.option("--owner <id>", "only this workspace's, webhook's or account's"),
	help: `
Examples:
  $ localhook secret                       whose secrets there are, by fingerprint
  $ localhook secret prolific --reveal     what a receiver verifies with
  $ localhook secret solvimon --roll       both signatures until the old one ends
  $ localhook secret prolific --replace --owner 63722982f9cc073ecc730f6b
`,
	async run(
		{ client, io, list },
		provider: string | undefined,
		options: SecretOptions,
	) {
		const { owner, reveal } = options;
		const action = actionOf(provider, options);
		const { secrets } = await (action === undefined
			? client.get("/secrets", {
					query: { provider, reveal: reveal ? "true" : undefined },
				})
			: client.post("/secrets/{provider}", {
					params: { provider: provider ?? "" },
					body: { action, owner },
				}));
		const wanted = secrets.filter(
			(each) => owner === undefined || each.owner === owner,
		);
		for (const { value } of wanted) io.mask(value);
		const rows = wanted.map((secret) => {
			const { provider, owner, fingerprint, value, isPrevious } = secret;
			const state = isPrevious ? "previous" : "";
			return [provider, owner, value ?? fingerprint, state];
		});
		list(
			wanted.map((each) => ({ kind: "secret", ...each })),
			// A shortened secret would be of no use.
			table(rows, Number.POSITIVE_INFINITY),
			"There is no such secret. Make one through the provider's API.",
		);
	},
});

/** @throws LocalhookError `invalid-option` */
function actionOf(
	provider: string | undefined,
	{ reveal, replace, roll }: SecretOptions,
): "replace" | "roll" | undefined {
	const options = { reveal, replace, roll };
	refuseTogether(options, Object.keys(options), "one of them");
	const action = replace ? "replace" : roll ? "roll" : undefined;
	if (action !== undefined && provider === undefined)
		throw new LocalhookError(
			"invalid-option",
			`Failed to ${action} a secret: it is not said whose. Name the provider: localhook secret <provider> --${action}.`,
		);
	return action;
}
