import { type Installed, unknownProvider } from "./engine/options.ts";
import { builtIn } from "./generated/built-in.ts";
import type { Documented } from "./openapi/validators.ts";

/** A provider with the data files of its name, each read once. */
export interface BuiltIn extends Installed, Documented {
	demo(): unknown;
}

/** The ids of the providers that come with localhook, in alphabetical order. */
export const builtInIds: readonly string[] = Object.keys(builtIn);

/**
 * A provider with its document and fixtures, ready for an engine.
 *
 * @throws LocalhookError `unknown-provider`
 * @example
 * const engine = createEngine({ providers: [await install("solvimon")] })
 */
export async function install(id: string): Promise<Installed> {
	return installedOf([id])[0] as Installed;
}

/**
 * The providers that are wanted, by id or whole; absent: all that come with localhook.
 *
 * @throws LocalhookError `unknown-provider`
 */
export function installedOf(
	wanted: readonly (string | Installed)[] = builtInIds,
): Installed[] {
	return wanted.map((each) => {
		const found =
			typeof each === "string" && Object.hasOwn(builtIn, each)
				? builtIn[each]
				: each;
		if (typeof found === "object" && found?.provider !== undefined)
			return found;
		throw unknownProvider(each, builtInIds);
	});
}
