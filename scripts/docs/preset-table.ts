import { presetNames, presetOf } from "../../src/presets.ts";
import type { Scheme } from "../../src/signing/scheme.ts";
import { table } from "./table.ts";

/** The presets: what each signs, where its signature stands, and how sure it is. */
export function presetTable(): string {
	return table(
		["name", "provider", "signs", "headers", "how sure"],
		presetNames.map((name) => {
			const { title, docs, signature, facts, verifier } = presetOf(name);
			return [
				`\`${name}\``,
				`[${title}](${docs})`,
				signed(signature),
				Object.entries(signature.headers)
					.map(([header, template]) => `\`${header}: ${template}\``)
					.join("<br>"),
				verifier === undefined
					? `${facts.signature?.mark}; no official verifier in npm`
					: `accepted by \`${verifier}\``,
			];
		}),
	);
}

/** The delivery rules of the presets, each with its mark. */
export function presetRules(): string {
	return table(
		["name", "rule", "value", "mark", "source"],
		presetNames.flatMap((name) => {
			const { delivery, facts } = presetOf(name);
			return Object.entries(delivery).map(([rule, value]) => {
				const { mark = "", source = "" } = facts[`delivery.${rule}`] ?? {};
				return [`\`${name}\``, rule, written(value), mark, source];
			});
		}),
	);
}

function signed(scheme: Scheme): string {
	const { algorithm = "hmac-sha256", content = "{body}" } = scheme;
	const { encoding = "hex", secrets = "newest" } = scheme;
	const which = secrets === "all" ? ", by each live secret" : "";
	return `${algorithm} of \`${content}\` as ${encoding}${which}`;
}

function written(value: unknown): string {
	if (Array.isArray(value))
		return value.length === 0 ? "none" : value.join(", ");
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
