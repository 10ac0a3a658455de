import { builtInIds, installedOf } from "../catalog.ts";
import {
	type FaultSpec,
	faultProblems,
	scopeOf,
} from "../engine/fault-plan.ts";
import {
	checkedCredentials,
	checkOption,
	unknownProvider,
} from "../engine/options.ts";
import { didYouMean } from "../nearest.ts";
import { below, type PlacedProblem, problemsOf } from "../problem.ts";
import type { Provider } from "../provider.ts";
import { schemaProblems } from "../schema-problems.ts";

/** @throws LocalhookError `unknown-provider` */
export function checkProvider(id: string): void {
	if (!builtInIds.includes(id)) throw unknownProvider(id, builtInIds);
}

/** Problems of a provider that is named by the key of a table. */
export function keyProblems(id: string): PlacedProblem[] {
	return problemsOf([], () => checkProvider(id)).map((each) => ({
		...each,
		name: true,
	}));
}

export function optionProblems(
	id: string,
	given: Readonly<Record<string, string>> = {},
): PlacedProblem[] {
	const provider = providerOf(id);
	if (provider === undefined) return keyProblems(id);
	return Object.entries(given).flatMap(([name, value]) =>
		problemsOf([name], () => checkOption(provider, name, value)),
	);
}

export function credentialProblems(
	id: string,
	given: readonly string[] = [],
): PlacedProblem[] {
	const provider = providerOf(id);
	if (provider === undefined) {
		// The key may be the credential itself, without a provider in front of it.
		const message = `Failed to pin a credential: the part before it must be a provider, as in provider=value.${didYouMean(id, builtInIds)} Choose one of ${builtInIds.join(", ")}.`;
		return [{ path: [], name: true, message }];
	}
	return given.flatMap((each, index) =>
		problemsOf([`${index}`], () => checkedCredentials(provider, [each])),
	);
}

/** Problems of a plan. It is for a whole project, so it may name providers that are not started. */
export function faultsProblems(plan: unknown): PlacedProblem[] {
	return faultProblems(plan, () => scopeOf(installedOf()));
}

function providerOf(id: string): Provider | undefined {
	return builtInIds.includes(id) ? installedOf([id])[0]?.provider : undefined;
}

/**
 * Reads a plan of faults from a YAML or JSON file: a list, or a table with that list under `faults`.
 *
 * @param bytes what `file` only names, where they did not come from a file
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 */
export async function readFaults(
	file: string,
	bytes?: Buffer,
): Promise<readonly FaultSpec[]> {
	// Only now, since few starts read YAML.
	const { readSound } = await import("./read-data.ts");
	const { value } = readSound("faults", file, {
		bytes,
		// A bare list as if it stood under its name.
		arranged: (read) =>
			Array.isArray(read.value)
				? {
						...read,
						value: { faults: read.value },
						locate: (path, name) => read.locate(path.slice(1), name),
					}
				: read,
		check(value) {
			const problems = schemaProblems(value, planSchema);
			return problems.length > 0
				? problems
				: below(["faults"], faultsProblems((value as Plan).faults));
		},
	});
	return (value as Plan).faults;
}

interface Plan {
	readonly faults: readonly FaultSpec[];
}

const planSchema = {
	type: "object",
	properties: { faults: {} },
	required: ["faults"],
	additionalProperties: false,
} as const;
