import type { Command } from "commander";
import { printableLine } from "../printing.ts";
import { type Client, createClient } from "./client.ts";
import type { CommandContext } from "./io.ts";
import { addJsonOption } from "./options.ts";
import { type ServerAddress, serverAddress } from "./server-address.ts";

/** The options of every command that talks to a running server. */
export interface ServerOptions extends Partial<ServerAddress> {
	readonly json?: boolean;
}

/** A running server, and where to tell of it. */
export interface Connection {
	readonly client: Client;
	readonly json: boolean;
	/** Data: a line of JSON with `--json`, else a line of text, or several; empty: nothing. */
	print(
		json: { readonly kind: string; readonly [field: string]: unknown },
		text: string | readonly string[],
	): void;
	/** Talk, which `--json` does without. */
	say(text: string): void;
}

export function addServerOptions(command: Command): Command {
	command
		.option(
			"--url <url>",
			"the server; default: port LOCALHOOK_PORT or 4600 of this machine (env: LOCALHOOK_URL)",
		)
		.option("--token <text>", "the token it asks for (env: LOCALHOOK_TOKEN)");
	return addJsonOption(command, "print NDJSON");
}

/** @throws LocalhookError `invalid-option`, `invalid-credential` */
export function connect(
	{ io }: CommandContext,
	options: ServerOptions,
): Connection {
	const { json = false } = options;
	return {
		client: createClient(serverAddress(options, io.env)),
		json,
		print(value, text) {
			if (json) io.stdout.write(`${JSON.stringify(value)}\n`);
			else if (text !== "") io.stdout.write(linesOf(text));
		},
		say(text) {
			if (!json) io.stderr.write(linesOf(text));
		},
	};
}

/** A line break inside of one is somebody else's. */
function linesOf(text: string | readonly string[]): string {
	return [text]
		.flat()
		.map((line) => `${printableLine(line)}\n`)
		.join("");
}
