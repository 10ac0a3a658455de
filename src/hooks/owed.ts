import type { Engine, EngineReply } from "../engine/engine.ts";

/** Events that wait until the caller of an operation has its reply, since a provider does not call before it answers. */
export interface Owed {
	add(reply: EngineReply): void;
	/** Publishes what waits: whoever asks for more has what he asked for before. */
	publish(): void;
	forget(): void;
}

export function createOwed({ engine }: { readonly engine: Engine }): Owed {
	let waiting: EngineReply[] = [];
	let failures: unknown[] = [];

	function send(): void {
		const replies = waiting;
		waiting = [];
		for (const reply of replies) {
			try {
				engine.sent(reply);
			} catch (error) {
				failures.push(error);
			}
		}
	}
	return {
		add(reply) {
			if (!engine.owesEvents(reply)) return;
			waiting.push(reply);
			// Long after the promise of the reply has resolved.
			if (waiting.length === 1) engine.clock.after(0, send);
		},
		publish() {
			send();
			const [failure] = failures;
			failures = [];
			if (failure !== undefined) throw failure;
		},
		forget() {
			waiting = [];
			failures = [];
		},
	};
}
