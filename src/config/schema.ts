import { builtInIds, installedOf } from "../catalog.ts";
import {
	parseAllowedReceiver,
	parseRewrite,
} from "../delivery/allowed-receivers.ts";
import { checkedReceiverHeaders } from "../delivery/receiver-headers.ts";
import { isPem, readCertificates } from "../delivery/trust.ts";
import { parseIsoTime } from "../duration.ts";
import { checkedCredentials, checkOption } from "../engine/options.ts";
import { invalidOption } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import {
	below,
	type PlacedProblem,
	problemsOf,
	problemsWithin,
} from "../problem.ts";
import type { Provider } from "../provider.ts";
import { schemaProblems } from "../schema-problems.ts";
import {
	parseAccessToken,
	parseCorsOrigin,
	parseHostName,
} from "../server/access.ts";
import { checkProvider, faultsProblems } from "./provider-problems.ts";
import { everyOther, verifyReceiver } from "./receivers.ts";
import {
	type Config,
	type SettingName,
	settingEntries,
	settings,
} from "./settings.ts";

type Check = (value: unknown) => readonly PlacedProblem[];

/** What the schemas of settings cannot say. */
const checks: { readonly [Name in SettingName]?: Check } = {
	providers: each(checkProvider),
	clock: each(parseClock),
	receiver: each(
		verifyReceiver,
		(name) => name === everyOther || checkProvider(name),
	),
	receiverHeaders: each((text, name) =>
		checkedReceiverHeaders({ [name]: text }),
	),
	receiverCa: each((given) => isPem(given) && readCertificates(given)),
	credentials: each(
		(text, id) => known(id, (it) => checkedCredentials(it, [text])),
		checkCredentialOwner,
	),
	options: each(
		(text, id, name) => known(id, (it) => checkOption(it, name, text)),
		checkProvider,
	),
	allowReceivers: each(parseAllowedReceiver),
	rewrites: each((to, from) => parseRewrite(`${from}=${to}`)),
	allowHosts: each(parseHostName),
	corsOrigins: each(parseCorsOrigin),
	token: each(parseAccessToken),
	faults(plan) {
		const advice =
			typeof plan === "string"
				? ' A file of faults goes into "faultsFile".'
				: "";
		return faultsProblems(plan).map((each) => {
			return { ...each, message: `${each.message}${advice}` };
		});
	},
};

/**
 * @param ofText throws a text that it cannot use; the names above the text follow
 * @param ofName throws a name of the table that it cannot use
 */
function each(
	ofText: (text: string, ...names: [string, string]) => unknown,
	ofName: (name: string) => unknown = () => {},
): Check {
	return (value) => {
		const names = typeof value === "object" ? Object.keys(value ?? {}) : [];
		return [
			...problemsWithin([], value, ofText),
			...names
				.flatMap((name) => problemsOf([name], () => ofName(name)))
				.map((problem) => ({ ...problem, name: true })),
		];
	};
}

/** Of a provider that is not known, its name is the problem. */
function known(id: string, check: (provider: Provider) => void): void {
	if (builtInIds.includes(id))
		for (const { provider } of installedOf([id])) check(provider);
}

/** The name may be the credential itself, without a provider in front of it. */
function checkCredentialOwner(id: string): void {
	if (builtInIds.includes(id)) return;
	throw invalidOption(
		`Failed to pin a credential: the part before it must be a provider, as in provider=value.${didYouMean(id, builtInIds)} Choose one of ${builtInIds.join(", ")}.`,
	);
}

export function settingProblems(
	name: SettingName,
	value: unknown,
): PlacedProblem[] {
	const { schema, secret } = settings[name];
	const misshapen = schemaProblems(value, schema, { isSecret: secret });
	const problems = misshapen.length > 0 ? misshapen : checks[name]?.(value);
	return below([name], problems ?? []);
}

const names = ["$schema", ...Object.keys(settings)];
const table = {
	type: "object",
	properties: Object.fromEntries(names.map((name) => [name, {}])),
	additionalProperties: false,
} as const;

/** Everything that is wrong with what a file says; none: it is a `Config`. */
export function checkConfig(value: unknown): PlacedProblem[] {
	const problems = schemaProblems(value, table);
	// A file that is no table at all.
	if (problems.some(({ path }) => path.length === 0)) return problems;
	const config = value as Config;
	for (const [name] of settingEntries)
		if (Object.hasOwn(config, name) && config[name] !== undefined)
			problems.push(...settingProblems(name, config[name]));
	if (config.faults !== undefined && config.faultsFile !== undefined) {
		const message = `"faults" stands here too, and only one of the two is injected. Take one away.`;
		problems.push({ path: ["faultsFile"], name: true, message });
	}
	return problems;
}

/**
 * Reads `real`, `virtual` or `virtual=2026-11-21T10:00:00Z`. Without a start, a virtual clock begins now.
 *
 * @throws LocalhookError `invalid-option`
 */
export function parseClock(text: string) {
	if (text === "real" || text === "virtual") return { mode: text };
	const start = text.startsWith("virtual=")
		? parseIsoTime(text.slice("virtual=".length))
		: undefined;
	if (start !== undefined) return { mode: "virtual", start } as const;
	throw invalidOption(
		`Failed to read the clock ${JSON.stringify(text.slice(0, 100))}: it is not known. ` +
			"Give real, virtual, or virtual with the time to start at, such as virtual=2026-11-21T10:00:00Z.",
	);
}
