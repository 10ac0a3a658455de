import type { ConfigFile } from "./config-file.ts";
import { type Flaw, pathText } from "./flaw.ts";
import type { ConfigProblem } from "./problem.ts";

/** More than this and it is no file that somebody mistyped. */
const most = 100;

/** Everything that is wrong with a file, in the order of the file. */
export async function problemsIn(
	file: string,
	{ value, problems, locate }: ConfigFile,
	check: (value: unknown) => Promise<readonly Flaw[]>,
): Promise<ConfigProblem[]> {
	const flaws = problems.length > 0 ? [] : await check(value);
	return [
		...problems,
		...flaws.slice(0, most).map(({ path, message, name }) => ({
			...locate(path, name),
			path: pathText(path),
			message,
		})),
	]
		.sort(
			(a, b) =>
				(a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
		)
		.map((problem) => ({ file, ...problem }));
}
