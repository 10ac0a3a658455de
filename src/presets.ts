import type { FidelityMark } from "./contract/fidelity.ts";
import type { StatusPattern } from "./contract/policy.ts";
import { LocalhookError, quoted } from "./errors.ts";
import { presets } from "./generated/presets.ts";
import { didYouMean } from "./nearest.ts";
import type { Scheme } from "./signing/scheme.ts";

/** How a provider delivers, as its file says it: durations are texts such as `5m`. */
interface DeliveryRules {
	readonly timeout: string;
	readonly connectTimeout?: string;
	/** What is waited before each retry. */
	readonly retries: readonly string[];
	/** Codes such as 200, and classes such as 4xx. Default: 2xx. */
	readonly success?: readonly StatusPattern[];
	/** Those that end the retries. */
	readonly stop?: readonly StatusPattern[];
	readonly retryAfter?: boolean;
	readonly order?: "endpoint";
	/** Failed deliveries in a row, or how long there were only failures; and for how long it is disabled then. */
	readonly disableAfter?: {
		readonly deliveries?: number;
		readonly failingFor?: string;
		readonly for?: string;
	};
}

/** How a well-known provider signs and delivers: what a file of `presets/` says. */
export interface Preset {
	readonly title: string;
	/** The provider's page on it. */
	readonly docs: string;
	readonly signature: Scheme;
	/** Where an event's id and type are: `json:/type`, `header:X-Event`. */
	readonly event: { readonly id?: string; readonly type: string };
	readonly delivery: DeliveryRules;
	/** Where each rule is from. */
	readonly facts: Readonly<
		Record<string, { readonly mark: FidelityMark; readonly source: string }>
	>;
	/** The official package that accepts its signatures. Absent: there is none. */
	readonly verifier?: string;
}

export const presetNames: readonly string[] = Object.keys(presets);

/**
 * Reads one preset.
 *
 * @throws LocalhookError `unknown-provider`
 */
export function presetOf(name: string): Preset {
	const text = Object.hasOwn(presets, name) ? presets[name] : undefined;
	if (text !== undefined) return JSON.parse(text) as Preset;
	throw new LocalhookError(
		"unknown-provider",
		`Unknown preset ${quoted(name)}.${didYouMean(name, presetNames)} Choose one of ${presetNames.join(", ")}.`,
	);
}
