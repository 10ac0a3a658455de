import { isPem, readCertificates } from "../delivery/trust.ts";
import { LocalhookError } from "../errors.ts";
import { problemsOf } from "../problem.ts";
import { whyNoFile } from "../user-file.ts";
import type { LoadedConfig } from "./load-config.ts";
import type { ConfigProblem } from "./problem.ts";
import { readFaults } from "./read-faults.ts";

/** What is wrong with the files that a configuration names. Those that a start would run are only looked for. */
export async function namedFileProblems({
	file,
	config: { faultsFile, handlers, receiverCa },
	locate,
}: LoadedConfig): Promise<ConfigProblem[]> {
	const at = (path: string, message: string): ConfigProblem => ({
		file,
		...locate([path]),
		path,
		message,
	});
	const problems: ConfigProblem[] = [];
	if (faultsFile !== undefined)
		problems.push(
			...(await readFaults(faultsFile).then(
				() => [],
				(error: unknown) =>
					ownProblems(error) ?? [at("faultsFile", told(error))],
			)),
		);
	const reason = handlers && whyNoFile(handlers);
	if (reason)
		problems.push(
			at(
				"handlers",
				`"${handlers}" cannot be read: ${reason}. Give the path of a module that exports msw handlers.`,
			),
		);
	if (receiverCa !== undefined && !isPem(receiverCa))
		problems.push(
			...problemsOf([], () => readCertificates(receiverCa)).map(({ message }) =>
				at("receiverCa", message),
			),
		);
	return problems;
}

/** Those that a file has in itself, with places of its own. */
function ownProblems(error: unknown): readonly ConfigProblem[] | undefined {
	return error instanceof LocalhookError
		? (error.details.problems as readonly ConfigProblem[] | undefined)
		: undefined;
}

function told(error: unknown): string {
	if (error instanceof LocalhookError) return error.message;
	throw error;
}
