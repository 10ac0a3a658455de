import { providerIds } from "../catalog.ts";
import { unknownProvider } from "../engine/engine.ts";

/**
 * Looks at the providers that a command is given, before any configuration is read.
 *
 * @throws LocalhookError `unknown-provider`
 */
export async function refuseUnknown(words: readonly string[]): Promise<void> {
	const ids = await providerIds();
	for (const id of words) if (!ids.includes(id)) throw unknownProvider(id, ids);
}
