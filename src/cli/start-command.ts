import { Command, InvalidArgumentError } from "commander";
import { parseAllowedTarget, parseRewrite } from "../delivery/targets.ts";
import { LocalhookError } from "../errors.ts";
import { collect, collectAssignment } from "./repeated.ts";
import { builtIn, type StartOptions, start } from "./start.ts";

/** `localhook start`: runs until it is told to stop. */
export function startCommand(finish: (exitCode: number) => void): Command {
	return new Command("start")
		.description(
			"Start providers and serve them until Ctrl-C. This is what localhook does without a command.",
		)
		.argument("[provider...]", "which ones; default: all")
		.option(
			"-p, --port <number>",
			"where to listen; 0 picks a free port",
			parsePort,
			4600,
		)
		.option(
			"--host <address>",
			"listen here instead of on both loopback addresses",
		)
		.option(
			"--seed <text>",
			"other ids, secrets and jitter; the same seed gives the same run",
		)
		.option(
			"-t, --target <url>",
			`register this receiver with every provider; "${builtIn}" is the built-in one`,
			parseTarget,
		)
		.option(
			"--strict",
			"enforce the providers' own rules that are relaxed on a laptop, such as https",
		)
		.option(
			"--credential <provider=value>",
			"accept only this credential (repeatable)",
			collectAssignment,
		)
		.option(
			"--option <provider.name=value>",
			"switch a behaviour of a provider (repeatable)",
			collectAssignment,
		)
		.option(
			"--allow-target <host[:port]>",
			"let deliveries go there too (repeatable)",
			collect(parseAllowedTarget),
		)
		.option(
			"--rewrite <origin=origin>",
			"send a public URL's deliveries elsewhere (repeatable)",
			collect(parseRewrite),
		)
		.option(
			"--allow-host <name>",
			"answer to this Host name too (repeatable)",
			collect(parseName),
		)
		.option(
			"--handlers <file>",
			"ask these msw handlers of yours before the built-in ones",
		)
		.option("--json", "print NDJSON to stdout")
		.option("-q, --quiet", "print nothing for calls and attempts")
		.addHelpText("after", examples)
		.action(async (providers: string[], options: StartOptions) =>
			finish(await start(providers, options)),
		);
}

const examples = `
Examples:
  $ localhook start                                    all providers on http://127.0.0.1:4600
  $ localhook start --target receiver                  deliveries go to the built-in receiver
  $ localhook start prolific --target http://127.0.0.1:3000/hooks
  $ localhook start --port 0 --json                    for scripts: one "ready" line tells the port
  $ localhook start --credential solvimon=readonly:WEBHOOK.VIEW
  $ localhook start --option prolific.json=compact --seed 7
  $ localhook start --rewrite https://hooks.example.com=http://127.0.0.1:3000

Exit codes:
  0 done   2 wrong usage   3 port in use   70 a fault of localhook's   130 Ctrl-C   143 terminated
`;

function parsePort(text: string): number {
	const port = Number(text);
	if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
	throw new InvalidArgumentError(
		`"${text}" is not a port. Give a number from 0 to 65535.`,
	);
}

function parseTarget(text: string): string {
	if (text === builtIn) return text;
	const url = URL.parse(text);
	if (url !== null && (url.protocol === "http:" || url.protocol === "https:"))
		return text;
	throw new LocalhookError(
		"invalid-target",
		`Failed to read --target "${text}": it is not an http URL. Give one such as http://127.0.0.1:3000/hooks, or "${builtIn}" for the built-in receiver.`,
	);
}

function parseName(text: string): string {
	return text;
}
