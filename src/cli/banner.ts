import pc from "picocolors";
import type { Engine } from "../engine/engine.ts";
import { version } from "../version.ts";

/** What a person sees first: where everything is, and what to type next. */
export function banner(
	engine: Engine,
	url: string,
	target: string | undefined,
): string {
	const [first] = engine.sessions.values();
	const provider = first?.provider.id ?? "";
	const type = Object.keys(first?.provider.events ?? {})[0] ?? "";
	const providers = [...engine.sessions].map(
		([id, { provider: each, context }]) => {
			const secret =
				target === undefined
					? ""
					: pc.dim(`  secret ${each.secrets(context)[0] ?? "none"}`);
			return `  ${id.padEnd(12)}${pc.cyan(`${url}/${id}`)}${secret}`;
		},
	);
	const receiver =
		target === undefined ? `${url}/_localhook/receiver/<provider>` : target;
	return `
  ${pc.bold("localhook")} ${version}   ${pc.dim(`seed ${engine.seed} · Ctrl-C stops`)}

${providers.join("\n")}

  ${(target === undefined ? "receiver" : "sending to").padEnd(12)}${pc.cyan(receiver)}${target === undefined ? pc.dim("  verifies what it gets") : ""}
  ${"next".padEnd(12)}curl ${url}/_localhook/events --json '{"provider":"${provider}","type":"${type}"}'

`;
}
