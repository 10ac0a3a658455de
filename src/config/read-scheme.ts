import { LocalhookError, quoted } from "../errors.ts";
import { type Scheme, schemeProblems } from "../signing/scheme.ts";
import { invalidConfig, problemsIn } from "./problem.ts";
import { readData } from "./read-data.ts";

/**
 * Reads a signature scheme from a YAML or JSON file: the scheme itself, or one under `signature`, as in a preset.
 *
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 * @example
 * await readScheme("acme.yaml") // { headers: { "X-Signature": "{signatures}" } }
 */
export async function readScheme(file: string): Promise<Scheme> {
	const read = await readData(file).catch((error: Error) => {
		throw new LocalhookError(
			"invalid-config",
			`Failed to read the scheme ${quoted(file)}: ${error.message}. Give the path of a YAML or JSON file, the name of a preset or of a provider.`,
			{ cause: error },
		);
	});
	const { value } = read;
	const isPreset =
		typeof value === "object" && value !== null && "signature" in value;
	const scheme = isPreset ? value.signature : value;
	const problems = await problemsIn(file, read, async () =>
		schemeProblems(scheme).map((problem) => ({
			...problem,
			path: isPreset ? ["signature", ...problem.path] : problem.path,
		})),
	);
	if (problems.length > 0) throw invalidConfig(problems);
	return scheme as Scheme;
}
