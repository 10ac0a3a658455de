import type { FillCommand } from "./io.ts";

interface CommandEntry {
	readonly name: string;
	readonly summary: string;
	/** Not in the help. */
	readonly hidden?: boolean;
	/** Loads the rest only for who calls it, so that no command slows another one's start. */
	load(): Promise<FillCommand>;
}

const deliveries = () => import("./commands/deliveries.ts");
const server = () => import("./commands/server.ts");
const completion = () => import("./commands/completion.ts");

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
	{
		name: "start",
		summary:
			"Start providers and serve them until Ctrl-C. This is what localhook does without a command.",
		load: async () => (await import("./start-command.ts")).startCommand,
	},
	{
		name: "demo",
		summary: "Play a provider's demo against the built-in receiver",
		load: async () => (await import("./play-command.ts")).demoCommand,
	},
	{
		name: "play",
		summary: "Play a scenario from a file, and check how each step ends",
		load: async () => (await import("./play-command.ts")).playCommand,
	},
	{
		name: "exec",
		summary:
			"Start providers, run a command with their URLs, secrets and credentials in its environment, stop",
		load: async () => (await import("./exec-command.ts")).execCommand,
	},
	{
		name: "config",
		summary: "Show the current settings, or check the configuration",
		load: async () => (await import("./config-command.ts")).configCommand,
	},
	{
		name: "events",
		summary: "List the event types that can be sent",
		load: async () => (await server()).events,
	},
	{
		name: "send",
		summary: "Make an event happen at a provider",
		load: async () => (await import("./commands/send.ts")).send,
	},
	{
		name: "show",
		summary: "Show one delivery with its request and answer",
		load: async () => (await deliveries()).show,
	},
	{
		name: "attempt",
		summary: "Make the next attempt of a waiting delivery now",
		load: async () => (await deliveries()).attempt,
	},
	{
		name: "resend",
		summary: "Send a delivery again, exactly or newly signed",
		load: async () => (await deliveries()).resend,
	},
	{
		name: "wait",
		summary: "Wait for deliveries, or for the server itself",
		load: async () => (await import("./commands/wait.ts")).wait,
	},
	{
		name: "log",
		summary: "Show what happened: calls, events, deliveries, attempts",
		load: async () => (await import("./commands/log.ts")).log,
	},
	{
		name: "clock",
		summary: "Show the clock, or turn it",
		load: async () => (await import("./commands/clock.ts")).clock,
	},
	{
		name: "faults",
		summary: "Show, load or clear the faults",
		load: async () => (await import("./commands/faults.ts")).faults,
	},
	{
		name: "endpoint",
		summary: "List endpoints, or start and end an outage",
		load: async () => (await import("./commands/endpoint.ts")).endpoint,
	},
	{
		name: "secret",
		summary: "Show the signing secrets, replace them or roll them",
		load: async () => (await import("./commands/secret.ts")).secret,
	},
	{
		name: "snapshot",
		summary: "Save a snapshot, load it, or compare two",
		load: async () => (await import("./commands/snapshot.ts")).snapshot,
	},
	{
		name: "reset",
		summary: "Start over: forget records and deliveries",
		load: async () => (await server()).reset,
	},
	{
		name: "export",
		summary: "Write deliveries as HAR, as curl commands or as NDJSON",
		load: async () => (await import("./commands/export.ts")).exportCommand,
	},
	{
		name: "stop",
		summary: "Stop a running server",
		load: async () => (await server()).stop,
	},
	{
		name: "completion",
		summary: "Print a completion script for your shell",
		load: async () => (await completion()).completion,
	},
	{
		name: "complete",
		summary: "Print how the last word could go on",
		hidden: true,
		load: async () => (await completion()).complete,
	},
];

/** What the first word may be, where it is not a provider to start. */
export const commandNames: readonly string[] = [
	...commands.map(({ name }) => name),
	"help",
];
