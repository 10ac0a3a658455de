import { below } from "../problem.ts";
import { type Scheme, schemeProblems } from "../signing/scheme.ts";
import { readSound } from "./read-data.ts";

/**
 * Reads a signature scheme from a YAML or JSON file: the scheme itself, or one under `signature`, as in a preset.
 *
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 */
export function readScheme(file: string): Scheme {
	const { value } = readSound("scheme", file, {
		arranged: (read) => read,
		check: (value) => {
			const { inside, scheme } = partsOf(value);
			return below(inside, schemeProblems(scheme));
		},
	});
	return partsOf(value).scheme as Scheme;
}

function partsOf(value: unknown) {
	const isPreset =
		typeof value === "object" && value !== null && "signature" in value;
	return isPreset
		? { inside: ["signature"], scheme: value.signature }
		: { inside: [], scheme: value };
}
