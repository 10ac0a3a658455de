import { install, providerIds } from "../catalog.ts";
import { unknownProvider } from "../engine/engine.ts";
import { checkedCredentials, checkOption } from "../engine/options.ts";
import { type Flaw, flawsOf } from "./flaw.ts";
import type { Config } from "./settings.ts";

/** What only the providers themselves can say of a configuration: their ids, options and credentials. */
export async function providerFlaws(
	config: Pick<Config, "providers" | "options" | "credentials">,
): Promise<Flaw[]> {
	const { providers = [], options = {}, credentials = {} } = config;
	const ids = await providerIds();
	const unknown = (id: string) => unknownProvider(id, ids).message;
	const flaws: Flaw[] = providers.flatMap((id, index) =>
		ids.includes(id)
			? []
			: [{ path: ["providers", String(index)], message: unknown(id) }],
	);
	for (const [setting, table] of Object.entries({ options, credentials }))
		for (const id of Object.keys(table))
			if (!ids.includes(id))
				flaws.push({ path: [setting, id], name: true, message: unknown(id) });
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
