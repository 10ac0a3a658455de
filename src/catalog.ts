import type { Fidelity } from "./contract/fidelity.ts";
import type { Installed } from "./engine/installed.ts";
import { unknownProvider } from "./engine/refusals.ts";
import { LocalhookError } from "./errors.ts";
import { builtIn } from "./generated/built-in.ts";
import type { Checks } from "./openapi/compiler.ts";
import type { ApiDocument } from "./openapi/document.ts";
import type { Documented } from "./openapi/reading.ts";
import type { Provider } from "./provider.ts";

/** A provider with the data files of its name, each read once. */
export interface BuiltIn {
	readonly provider: Provider;
	document(): ApiDocument;
	checks(): Checks;
	/** By event type. */
	fixtures(): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	/** The scenario of `localhook demo`. */
	demo(): unknown;
	fidelity(): Fidelity;
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
	wanted: readonly (string | Installed)[] = Object.keys(builtIn),
): Installed[] {
	return wanted.map((each) => {
		if (typeof each === "string") return installedBy(each);
		if (each?.provider !== undefined) return each;
		throw unknownProvider(each, Object.keys(builtIn));
	});
}

const read = new Map<string, Installed>();

/** The same one for all who ask, not to be changed. */
function installedBy(id: string): Installed {
	let installed = read.get(id);
	if (installed === undefined) {
		installed = open(id);
		read.set(id, installed);
	}
	return installed;
}

function open(id: string): Installed & Documented {
	const found = Object.hasOwn(builtIn, id) ? builtIn[id] : undefined;
	if (found === undefined) throw unknownProvider(id, Object.keys(builtIn));
	return {
		provider: found.provider,
		checks: found.checks,
		get document() {
			return found.document();
		},
		get fidelity() {
			return found.fidelity();
		},
		fixture(type) {
			const fixture = found.fixtures()[type];
			if (fixture !== undefined) return fixture;
			throw new LocalhookError(
				"unexpected",
				`Failed to find the fixture of ${id}'s "${type}": this build of localhook has none. Add fixtures/${id}/${type}.json and build again.`,
			);
		},
	};
}
