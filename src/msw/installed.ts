import { install, providerIds } from "../catalog.ts";
import { unknownProvider } from "../engine/engine.ts";
import type { Installed } from "../engine/installed.ts";

/** Loaded with this module, so that a setup is ready at once. */
const all = new Map<string, Installed>();
for (const installed of await Promise.all((await providerIds()).map(install)))
	all.set(installed.provider.id, installed);

/**
 * The providers that are wanted, by id or whole; absent: all that come with localhook.
 *
 * @throws LocalhookError `unknown-provider`
 */
export function installedOf(
	wanted: readonly (string | Installed)[] = [...all.keys()],
): Installed[] {
	return wanted.map((each) => {
		if (typeof each !== "string") return each;
		const installed = all.get(each);
		if (installed === undefined) throw unknownProvider(each, all.keys());
		return installed;
	});
}
