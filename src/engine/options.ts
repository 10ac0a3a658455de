import type { OptionSpec } from "../contract/fidelity.ts";
import type { Clock } from "../delivery/clock.ts";
import type { RunInContext, Transport } from "../delivery/exchange.ts";
import type { JournalLimits } from "../delivery/journal.ts";
import type { TargetRules } from "../delivery/targets.ts";
import { LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Provider } from "../provider.ts";
import type { Mismatch } from "./conformance.ts";
import type { FaultSpec } from "./fault-spec.ts";
import type { Installed } from "./installed.ts";
import { kinds, recordOf, type Shape } from "./shape.ts";

export interface EngineOptions {
	readonly providers: readonly Installed[];
	/** The same seed gives the same ids, secrets and jitter; `"auto"` draws one. Default: `"localhook"`. */
	readonly seed?: string | undefined;
	/** Default: the system's. */
	readonly clock?: Clock;
	/** What lasts an hour at the provider lasts an hour divided by this. Default: 1. */
	readonly speed?: number | undefined;
	/** The faults that are planned from the start. */
	readonly faults?: readonly FaultSpec[] | undefined;
	readonly limits?: Partial<JournalLimits> | undefined;
	/** Enforce what is relaxed on a laptop, such as `https://` receivers. */
	readonly strict?: boolean;
	/** By provider id: option to value. */
	readonly options?: Readonly<Record<string, Readonly<Record<string, string>>>>;
	/** By provider id: the credentials that are accepted; none: every well-formed one. */
	readonly credentials?: Readonly<Record<string, readonly string[]>>;
	/** A receiver's URL, or one for each provider: registered for everything, from the start and after a reset. */
	readonly target?:
		| string
		| ((provider: string) => string | undefined)
		| undefined;
	/** Where deliveries may go, beside loopback. */
	readonly targets?: TargetRules;
	/** Added to every delivery, for a gateway in front of a receiver. They replace none of the provider's own. */
	readonly receiverHeaders?: Readonly<Record<string, string>> | undefined;
	/** Certificate authorities of receivers beside those that Node trusts: PEM, or the path of a PEM file. */
	readonly receiverCa?: string | undefined;
	/** Told of every reply or delivery that breaks its provider's document. */
	readonly onMismatch?: (mismatch: Mismatch) => void;
	/** In place of HTTP: a transport for each session, and another one after each reset. */
	readonly transport?: (clock: Clock) => Transport;
	/** Asked for the context of each delivery as it is made: a receiver in this process is then called within it. */
	readonly capture?: () => RunInContext;
}

/** What the options are, for callers whom no compiler checks. */
export const engineOptions = {
	providers: kinds.list,
	seed: kinds.text,
	clock: kinds.anything,
	speed: kinds.number,
	faults: kinds.anything,
	limits: kinds.record,
	strict: kinds.flag,
	options: recordOf(
		kinds.record,
		"an object by provider id, each with an object of options",
	),
	credentials: {
		...recordOf(
			kinds.texts,
			"an object by provider id, each with a list of texts",
		),
		isSecret: true,
	},
	target: kinds.anything,
	targets: kinds.record,
	onMismatch: kinds.anything,
	transport: kinds.anything,
	capture: kinds.anything,
	receiverHeaders: { ...kinds.record, isSecret: true },
	receiverCa: kinds.text,
} satisfies Shape<EngineOptions>;

export const limitNames = {
	deliveries: kinds.size,
	bytes: kinds.size,
	calls: kinds.size,
} satisfies Shape<JournalLimits>;

/** @throws LocalhookError `invalid-option` */
export function checkedSpeed(speed = 1): number {
	if (speed > 0 && speed < Number.POSITIVE_INFINITY) return speed;
	throw new LocalhookError(
		"invalid-option",
		`Failed to set the speed: ${speed} is not above zero. Give one such as 60, with which an hour lasts a minute.`,
	);
}

/** @throws LocalhookError `invalid-option` for settings of a provider that is not started */
export function refuseUnstarted(
	named: readonly string[],
	started: readonly string[],
): void {
	const id = named.find((each) => !started.includes(each));
	if (id === undefined) return;
	throw new LocalhookError(
		"invalid-option",
		`Failed to set up "${id}": it is not among the providers to start.${didYouMean(id, started)} ` +
			`Those are ${started.join(", ")}: add it, or leave its settings out.`,
	);
}

/**
 * A provider's options in force: its defaults, its strict values when asked for, then what the user set.
 *
 * @throws LocalhookError `invalid-option`
 */
export function resolveOptions(
	provider: Provider,
	given: Readonly<Record<string, string>>,
	strict: boolean,
): Readonly<Record<string, string>> {
	const specs = provider.options as Readonly<Record<string, OptionSpec>>;
	for (const [name, value] of Object.entries(given))
		checkOption(provider, name, value);
	return Object.fromEntries(
		Object.entries(specs).map(([name, spec]) => [
			name,
			given[name] ?? (strict ? spec.strict : undefined) ?? spec.default,
		]),
	);
}

/** @throws LocalhookError `invalid-credential` */
export function checkedCredentials(
	provider: Provider,
	credentials: readonly string[],
): readonly string[] {
	for (const credential of credentials) {
		const problem = provider.checkCredential?.(credential);
		if (problem === undefined) continue;
		throw new LocalhookError(
			"invalid-credential",
			`Failed to pin a credential of ${provider.id}: ${problem}. Give ${provider.credential.form}, ` +
				`such as ${provider.credential.example}.`,
		);
	}
	return credentials;
}

/** @throws LocalhookError `invalid-option` */
export function checkOption(
	{ id, options }: Provider,
	name: string,
	value: string,
): void {
	const specs = options as Readonly<Record<string, OptionSpec>>;
	const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
	if (spec === undefined) {
		const names = Object.keys(specs);
		throw new LocalhookError(
			"invalid-option",
			`Failed to set the option "${name}" of ${id}: there is no such option.${didYouMean(name, names)} ` +
				`Choose one of ${names.join(", ")}.`,
		);
	}
	if (!spec.values.includes(value)) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to set the option "${name}" of ${id}: "${value}" is not one of its values. ` +
				`Choose one of ${spec.values.join(", ")}.`,
		);
	}
}
