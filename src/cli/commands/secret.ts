import { invalidOption, notFound, quoted } from "../../errors.ts";
import type { OptionsOf } from "../../generated/command-line.ts";
import { didYouMean } from "../../nearest.ts";
import { table } from "../../printing.ts";
import { serverCommand } from "../connect.ts";

export const secret = serverCommand(
	async (
		{ client, io, list },
		provider: string | undefined,
		options: OptionsOf<"secret">,
	) => {
		const { owner, reveal, replace, roll } = options;
		const action = replace ? "replace" : roll ? "roll" : undefined;
		if (action !== undefined && provider === undefined)
			throw invalidOption(
				`Failed to ${action} a secret: no provider is named. Name one: localhook secret <provider> --${action}.`,
			);
		const { secrets } = await (action === undefined
			? client.get("/secrets", { query: { provider, reveal } })
			: client.post("/secrets/{provider}", {
					params: { provider: provider ?? "" },
					body: { action, owner },
				}));
		const wanted = secrets.filter(
			(each) => owner === undefined || each.owner === owner,
		);
		const owners = secrets.map((each) => each.owner);
		if (owner !== undefined && wanted.length === 0)
			throw notFound(
				`Failed to find a secret of ${quoted(owner)}: there is none.${didYouMean(owner, owners)} "localhook secret" lists them.`,
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
);
