import { install, installedOf, providerIds } from "../catalog.ts";
import { unknownProvider } from "../engine/engine.ts";
import { faultProblems, scopeOf } from "../engine/fault-rules.ts";
import { checkedCredentials, checkOption } from "../engine/options.ts";
import { didYouMean } from "../nearest.ts";
import { below, type PlacedProblem, problemsOf } from "../problem.ts";
import { everyOther } from "./receivers.ts";
import type { Config } from "./settings.ts";

/** What only the providers themselves can say of a configuration: their ids, options, credentials and faults. */
export async function providerProblems(
	config: Pick<
		Config,
		"providers" | "options" | "credentials" | "receiver" | "faults"
	>,
): Promise<PlacedProblem[]> {
	const { providers = [], options = {}, credentials = {} } = config;
	const ids = await providerIds();
	const unknown = (id: string) => unknownProvider(id, ids).message;
	const problems: PlacedProblem[] = providers.flatMap((id, index) =>
		ids.includes(id)
			? []
			: [{ path: ["providers", String(index)], message: unknown(id) }],
	);
	const strays = (table: object) =>
		Object.keys(table).filter((id) => !ids.includes(id));
	const { receiver } = config;
	if (typeof receiver === "object")
		for (const id of strays(receiver).filter((each) => each !== everyOther))
			problems.push({
				path: ["receiver", id],
				name: true,
				message: unknown(id),
			});
	for (const id of strays(options))
		problems.push({ path: ["options", id], name: true, message: unknown(id) });
	for (const id of strays(credentials))
		problems.push({
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
			problems.push(
				...problemsOf(["options", id, name], () =>
					checkOption(provider, name, value),
				),
			);
		for (const [index, value] of (pinned ?? []).entries())
			problems.push(
				...problemsOf(["credentials", id, String(index)], () =>
					checkedCredentials(provider, [value]),
				),
			);
	}
	for (const problem of faultsProblems(config.faults ?? [])) {
		const isFile = typeof config.faults === "string";
		const message = `${problem.message} A file of faults goes into "faultsFile".`;
		problems.push(isFile ? { ...problem, message } : problem);
	}
	return problems;
}

/** Of a plan that stands under `faults`. It speaks of a whole project, so it may name what is not started this time. */
export function faultsProblems(faults: unknown): PlacedProblem[] {
	const all = () => scopeOf(installedOf());
	return below(["faults"], faultProblems(faults, all));
}
