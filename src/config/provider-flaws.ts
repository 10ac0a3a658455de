import { install, providerIds } from "../catalog.ts";
import { unknownProvider } from "../engine/engine.ts";
import { checkedCredentials, checkOption } from "../engine/options.ts";
import { didYouMean } from "../nearest.ts";
import { type Flaw, flawsOf } from "./problem.ts";
import { everyOther } from "./receivers.ts";
import type { Config } from "./settings.ts";

/** What only the providers themselves can say of a configuration: their ids, options and credentials. */
export async function providerFlaws(
	config: Pick<Config, "providers" | "options" | "credentials" | "receiver">,
): Promise<Flaw[]> {
	const { providers = [], options = {}, credentials = {} } = config;
	const ids = await providerIds();
	const unknown = (id: string) => unknownProvider(id, ids).message;
	const flaws: Flaw[] = providers.flatMap((id, index) =>
		ids.includes(id)
			? []
			: [{ path: ["providers", String(index)], message: unknown(id) }],
	);
	const strays = (table: object) =>
		Object.keys(table).filter((id) => !ids.includes(id));
	const { receiver } = config;
	if (typeof receiver === "object")
		for (const id of strays(receiver).filter((each) => each !== everyOther))
			flaws.push({ path: ["receiver", id], name: true, message: unknown(id) });
	for (const id of strays(options))
		flaws.push({ path: ["options", id], name: true, message: unknown(id) });
	for (const id of strays(credentials))
		flaws.push({
			path: ["credentials", id],
			name: true,
			// What stands there may be the credential itself, without a provider in front of it.
			message: `Failed to pin a credential: what stands before it is no provider.${didYouMean(id, ids)} Choose one of ${ids.join(", ")}.`,
		});
	for (const id of ids) {
		const given = Object.hasOwn(options, id) ? options[id] : undefined;
		const pinned = Object.hasOwn(credentials, id) ? credentials[id] : undefined;
		if (given === undefined && pinned === undefined) continue;
		const { provider } = await install(id);
		for (const [name, value] of Object.entries(given ?? {}))
			flaws.push(
				...flawsOf(["options", id, name], () =>
					checkOption(provider, name, value),
				),
			);
		for (const [index, value] of (pinned ?? []).entries())
			flaws.push(
				...flawsOf(["credentials", id, String(index)], () =>
					checkedCredentials(provider, [value]),
				),
			);
	}
	return flaws;
}
