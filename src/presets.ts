import { LocalhookError, quoted } from "./errors.ts";
import { presets } from "./generated/presets.ts";
import type { components } from "./generated/scheme.ts";
import { didYouMean } from "./nearest.ts";

/** How a well-known provider signs and delivers: what a file of `presets/` says. */
export type Preset = components["schemas"]["Preset"];

export const presetNames: readonly string[] = Object.keys(presets);

/**
 * Reads one preset.
 *
 * @throws LocalhookError `unknown-provider`
 * @example
 * createSigner(presetOf("stripe").signature)
 */
export function presetOf(name: string): Preset {
	const text = Object.hasOwn(presets, name) ? presets[name] : undefined;
	if (text !== undefined) return JSON.parse(text) as Preset;
	throw new LocalhookError(
		"unknown-provider",
		`Unknown preset ${quoted(name)}.${didYouMean(name, presetNames)} Choose one of ${presetNames.join(", ")}.`,
	);
}
