import type { LoadedConfig } from "../config/load-config.ts";
import { problemLine } from "../config/problem.ts";
import { printableLine } from "../printing.ts";

/** What a check of a configuration prints: a line for each problem, or that there is none. */
export function configLines(
	{ file, problems }: Pick<LoadedConfig, "file" | "problems">,
	json: boolean,
): string {
	const lines = json
		? [
				...problems.map((problem) => ({ type: "problem", ...problem })),
				{
					type: "result",
					file,
					valid: problems.length === 0,
					problems: problems.length,
				},
			].map((line) => JSON.stringify(line))
		: problems.length === 0
			? [`${printableLine(file)} is valid`]
			: problems.map((problem) => printableLine(problemLine(problem)));
	return `${lines.join("\n")}\n`;
}
