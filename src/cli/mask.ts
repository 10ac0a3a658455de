import type { Secret } from "./answers.ts";
import type { Client } from "./client.ts";
import type { Io } from "./io.ts";

/**
 * Tells GitHub Actions, where this runs in it, to hide values in its log from here on. It reads stderr as well as
 * stdout, which stays data: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function mask(
	values: Iterable<string | undefined>,
	{ env, stderr }: Io,
): void {
	if (env.GITHUB_ACTIONS !== "true") return;
	for (const value of values)
		if (value) stderr.write(`::add-mask::${escaped(value)}\n`);
}

/** The same for every secret that a server knows, before something is printed that may hold one. */
export async function maskSecretsOf(client: Client, io: Io): Promise<void> {
	if (io.env.GITHUB_ACTIONS !== "true") return;
	const { secrets } = await client.get<{ secrets: Secret[] }>("/secrets", {
		query: { reveal: "true" },
	});
	mask(
		secrets.map(({ value }) => value),
		io,
	);
}

function escaped(value: string): string {
	return value
		.replaceAll("%", "%25")
		.replaceAll("\r", "%0D")
		.replaceAll("\n", "%0A");
}
