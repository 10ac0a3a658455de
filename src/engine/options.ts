import type { Fidelity, OptionSpec } from "../contract/fidelity.ts";
import type { Context } from "../contract/operation.ts";
import { invalidOption, LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { ApiDocument, ApiOperation } from "../openapi/operations.ts";
import type { Provider } from "../provider.ts";

/** A provider with the data files that bear its name. */
export interface Installed {
	readonly provider: Provider;
	readonly document: ApiDocument;
	fixture(type: string): Readonly<Record<string, unknown>>;
	/** Absent: nothing is known of it. */
	readonly fidelity?: Fidelity;
}

export interface Playing {
	readonly provider: Provider;
	readonly context: Context;
}

/** @throws LocalhookError `invalid-option` */
export function checkedSpeed(speed = 1): number {
	if (speed > 0 && speed < Number.POSITIVE_INFINITY) return speed;
	throw invalidOption(
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
	throw invalidOption(
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
		throw invalidOption(
			`Failed to set the option "${name}" of ${id}: there is no such option.${didYouMean(name, names)} ` +
				`Choose one of ${names.join(", ")}.`,
		);
	}
	if (!spec.values.includes(value)) {
		throw invalidOption(
			`Failed to set the option "${name}" of ${id}: "${value}" is not one of its values. ` +
				`Choose one of ${spec.values.join(", ")}.`,
		);
	}
}

/** @throws LocalhookError `invalid-provider` for code of operations that the document does not have. */
export function refuseUnknownOperations(
	provider: Provider,
	operations: readonly ApiOperation[],
): void {
	const known = new Set(operations.map(({ id }) => id));
	const unknown = Object.keys(provider.operations).filter(
		(id) => !known.has(id),
	);
	if (unknown.length === 0) return;
	throw new LocalhookError(
		"invalid-provider",
		`Failed to start ${provider.id}: its document has no operation ${unknown.map((id) => `"${id}"`).join(", ")}. ` +
			`Choose from ${[...known].join(", ")}.`,
	);
}

export function unknownProvider(
	id: unknown,
	known: Iterable<string>,
): LocalhookError {
	const ids = [...known];
	return new LocalhookError(
		"unknown-provider",
		`Failed to find the provider ${quoted(id)}: there is no such provider.${didYouMean(id, ids)} ` +
			`Choose one of ${ids.join(", ")}.`,
		{
			details: {
				...(typeof id === "string" && { provider: id.slice(0, 100) }),
				providers: ids,
			},
		},
	);
}
