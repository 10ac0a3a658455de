import { setupServer } from "msw/node";
import { onTestFinished } from "vitest";
import { engineOf } from "../../src/hooks/create-hooks.ts";
import type { ProviderId } from "../../src/hooks/document-types.ts";
import {
	type MswLocalhook,
	type MswOptions,
	setupLocalhook,
} from "../../src/msw/index.ts";
import { type AcmeOptions, acme } from "./acme.ts";

/** A setup whose handlers answer this process until the test ends; a request to anywhere else is an error. */
export function listening<Id extends ProviderId>(options: MswOptions<Id>) {
	const hooks = setupLocalhook(options);
	const server = setupServer(...hooks.handlers);
	server.listen({ onUnhandledRequest: "error" });
	onTestFinished(async () => {
		server.close();
		await hooks.close();
	});
	return { hooks, server };
}

/**
 * With the provider of the tests, whose `make-thing` makes something happen: `thing.made`, as soon as it may.
 */
export function listeningAcme(
	options: MswOptions<never> = {},
	{ meanwhile, ...rest }: AcmeOptions & Meanwhile = {},
) {
	const provider = acme({
		...rest,
		operations: {
			"make-thing": async ({ body, emit }) => {
				await meanwhile?.();
				emit("thing.made", { data: body });
				return { status: 201, body };
			},
		},
	});
	const running = listening<never>({ ...options, providers: [provider] });
	const { url } = running.hooks.provider("acme");
	return { ...running, url: `${url}/things` };
}

/** What happened, in order: the events as they are published, and what a test adds. */
export function orderOf(hooks: MswLocalhook<never>): string[] {
	const order: string[] = [];
	onTestFinished(
		engineOf(hooks).journal.subscribe((entry) => {
			if (entry.kind === "event")
				order.push(`event ${(entry.event.payload.data as Thing).name}`);
		}),
	);
	return order;
}

interface Meanwhile {
	/** What the operation waits for. */
	readonly meanwhile?: () => Promise<void>;
}

interface Thing {
	readonly name: string;
}
