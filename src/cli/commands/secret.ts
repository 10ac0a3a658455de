import {
	invalidOption,
	type LocalhookError,
	notFound,
	quoted,
} from "../../errors.ts";
import type { OptionsOf } from "../../generated/command-line.ts";
import { didYouMean } from "../../nearest.ts";
import { table } from "../../printing.ts";
import { serverCommand } from "../connect.ts";
import { refuseTogether } from "../options.ts";

export const secret = serverCommand(
	async (
		{ client, io, list },
		provider: string | undefined,
		options: OptionsOf<"secret">,
	) => {
		const { owner, reveal } = options;
		const action = actionOf(provider, options);
		const { secrets } = await (action === undefined
			? client.get("/secrets", { query: { provider, reveal } })
			: client.post("/secrets/{provider}", {
					params: { provider: provider ?? "" },
					body: { action, owner },
				}));
		const wanted = secrets.filter(
			(each) => owner === undefined || each.owner === owner,
		);
		if (owner !== undefined && wanted.length === 0)
			throw unknownOwner(owner, new Set(secrets.map((each) => each.owner)));
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

function actionOf(
	provider: string | undefined,
	{ reveal, replace, roll }: OptionsOf<"secret">,
): "replace" | "roll" | undefined {
	const options = { reveal, replace, roll };
	refuseTogether(options, Object.keys(options), "one of them");
	const action = replace ? "replace" : roll ? "roll" : undefined;
	if (action !== undefined && provider === undefined)
		throw invalidOption(
			`Failed to ${action} a secret: no provider is named. Name one: localhook secret <provider> --${action}.`,
		);
	return action;
}

function unknownOwner(owner: string, known: Set<string>): LocalhookError {
	const those =
		known.size === 0
			? "There is no secret yet: create one through the provider's API."
			: `There are secrets of ${[...known].join(", ")}.`;
	return notFound(
		`Failed to find a secret of ${quoted(owner)}: there is none.${didYouMean(owner, known)} ${those}`,
	);
}
