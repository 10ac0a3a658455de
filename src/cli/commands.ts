import { commandLine } from "../generated/command-line.ts";
import type { FillCommand } from "./io.ts";
import type { CommandDocument } from "./options.ts";

interface CommandEntry extends CommandDocument {
	readonly name: string;
	readonly hidden?: boolean;
	/** Loads the rest only for who calls it, so that no command slows another one's start. */
	load(): Promise<FillCommand>;
}

const completion = () => import("./commands/completion.ts");
const deliveries = () => import("./commands/deliveries.ts");
const play = () => import("./play-command.ts");
const server = () => import("./commands/server.ts");

const loading: Readonly<
	Record<keyof typeof commandLine.commands, CommandEntry["load"]>
> = {
	start: async () => (await import("./start-command.ts")).startCommand,
	demo: async () => (await play()).demoCommand,
	play: async () => (await play()).playCommand,
	exec: async () => (await import("./exec-command.ts")).execCommand,
	config: async () => (await import("./config-command.ts")).configCommand,
	events: async () => (await server()).events,
	send: async () => (await import("./commands/send.ts")).send,
	show: async () => (await deliveries()).show,
	attempt: async () => (await deliveries()).attempt,
	resend: async () => (await deliveries()).resend,
	wait: async () => (await import("./commands/wait.ts")).wait,
	log: async () => (await import("./commands/log.ts")).log,
	clock: async () => (await import("./commands/clock.ts")).clock,
	faults: async () => (await import("./commands/faults.ts")).faults,
	endpoint: async () => (await import("./commands/endpoint.ts")).endpoint,
	secret: async () => (await import("./commands/secret.ts")).secret,
	snapshot: async () => (await import("./commands/snapshot.ts")).snapshot,
	reset: async () => (await server()).reset,
	export: async () => (await import("./commands/export.ts")).exportCommand,
	stop: async () => (await server()).stop,
	completion: async () => (await completion()).completion,
	complete: async () => (await completion()).complete,
};

export const commands: readonly CommandEntry[] = Object.entries(
	commandLine.commands,
).map(([name, document]) => ({
	...document,
	name,
	load: loading[name as keyof typeof loading],
}));

/** What the first word may be, where it is not a provider to start. */
export const commandNames: readonly string[] = [
	...commands.map(({ name }) => name),
	"help",
];
