import { commandNames } from "./commands.ts";

/**
 * Refuses a first word that is neither a command nor a provider, before its options are held against those of `start`.
 *
 * @throws LocalhookError `unknown-provider`
 */
export async function refuseUnknown(first = "-"): Promise<void> {
	if (first.startsWith("-") || commandNames.includes(first)) return;
	// Loaded only here: no other command needs an engine.
	const [{ providerIds }, { unknownProvider }] = await Promise.all([
		import("../catalog.ts"),
		import("../engine/engine.ts"),
	]);
	const ids = await providerIds();
	if (!ids.includes(first)) throw unknownProvider(first, ids, commandNames);
}
