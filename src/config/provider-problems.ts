import { builtInIds, installedOf } from "../catalog.ts";
import { faultProblems, scopeOf } from "../engine/fault-rules.ts";
import { checkedCredentials, checkOption } from "../engine/options.ts";
import { unknownProvider } from "../engine/refusals.ts";
import { didYouMean } from "../nearest.ts";
import {
	below,
	type Path,
	type PlacedProblem,
	problemsOf,
} from "../problem.ts";
import type { Provider } from "../provider.ts";
import { everyOther } from "./receivers.ts";
import type { Config } from "./settings.ts";

/** What is wrong with the providers that a configuration names: their ids, options, credentials and faults. */
export function providerProblems(config: Config): PlacedProblem[] {
	const { providers = [], options = {}, credentials = {} } = config;
	const { receiver, faults = [] } = config;
	const receivers = typeof receiver === "object" ? receiver : {};
	return [
		...providers.flatMap((id, index) =>
			idProblems(["providers", String(index)], id),
		),
		...Object.keys(receivers)
			.filter((id) => id !== everyOther)
			.flatMap((id) => idProblems(["receiver", id], id, true)),
		...Object.entries(options).flatMap(([id, given]) =>
			optionProblems(["options", id], id, given),
		),
		...Object.entries(credentials).flatMap(([id, given]) =>
			credentialProblems(["credentials", id], id, given),
		),
		...faultsProblems(faults).map((each) =>
			typeof faults === "string"
				? {
						...each,
						message: `${each.message} A file of faults goes into "faultsFile".`,
					}
				: each,
		),
	];
}

/** Problems of the plan under `faults`. It is for a whole project, so it may name providers that are not started. */
export function faultsProblems(faults: unknown): PlacedProblem[] {
	const all = () => scopeOf(installedOf());
	return below(["faults"], faultProblems(faults, all));
}

export function optionProblems(
	path: Path,
	id: string,
	given: Readonly<Record<string, string>> = {},
): PlacedProblem[] {
	const provider = providerOf(id);
	if (provider === undefined) return idProblems(path, id, true);
	return Object.entries(given).flatMap(([name, value]) =>
		problemsOf([...path, name], () => checkOption(provider, name, value)),
	);
}

export function credentialProblems(
	path: Path,
	id: string,
	given: readonly string[] = [],
): PlacedProblem[] {
	const provider = providerOf(id);
	if (provider === undefined) {
		// The key may be the credential itself, without a provider in front of it.
		const message = `Failed to pin a credential: the part before it must be a provider.${didYouMean(id, builtInIds)} Choose one of ${builtInIds.join(", ")}.`;
		return [{ path, name: true, message }];
	}
	return given.flatMap((each, index) =>
		problemsOf([...path, `${index}`], () =>
			checkedCredentials(provider, [each]),
		),
	);
}

function idProblems(path: Path, id: string, name = false): PlacedProblem[] {
	if (builtInIds.includes(id)) return [];
	return [{ path, name, message: unknownProvider(id, builtInIds).message }];
}

function providerOf(id: string): Provider | undefined {
	return builtInIds.includes(id) ? installedOf([id])[0]?.provider : undefined;
}
