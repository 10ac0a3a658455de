import { createIdleness } from "../delivery/idleness.ts";
import type { Engine } from "../engine/engine.ts";
import { warnOnConsole } from "../printing.ts";
import { handedOver } from "./handed-over.ts";
import { toEngineRequest, toResponse } from "./translate.ts";

/** Answers clients, and publishes what their calls caused once they have the answer. */
export interface Answering {
	answer(
		provider: string,
		request: Request,
		mounted: number,
	): Promise<Response>;
	/** Resolves once nothing is owed for the answers that were given. */
	settled(): Promise<void>;
	/** Drops what is owed. */
	reset(): void;
	/** From now on calls fail as those to a stopped server do, and what is owed is dropped. */
	close(): void;
}

export function createAnswering(engine: Engine): Answering {
	const owed = createIdleness();
	let closed = false;
	/** Of what is owed, only that of the present run is published. */
	let run = 0;

	/** Goes on in the async context of the caller, where its overrides and boundaries hold. */
	async function publishLater(publish: () => void, url: string): Promise<void> {
		const owedIn = run;
		owed.enter();
		await handedOver(url);
		try {
			if (owedIn === run) publish();
		} catch (error) {
			// The client has its answer, and there is nobody else to tell.
			warnOnConsole(`Failed to publish an event: ${(error as Error).message}`);
		} finally {
			owed.leave();
		}
	}

	return {
		async answer(provider, request, mounted) {
			const asked = await toEngineRequest(provider, request, mounted).catch(
				() => undefined,
			);
			// A client that breaks off while it is sending hears no answer either.
			if (closed || asked === undefined) return Response.error();
			const { reply, publish } = await engine.handle(asked);
			if (publish !== undefined) void publishLater(publish, request.url);
			return toResponse(reply);
		},
		settled: () => owed.wait(),
		reset() {
			run++;
		},
		close() {
			run++;
			closed = true;
		},
	};
}
