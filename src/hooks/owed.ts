import type { Engine } from "../engine/engine.ts";

/** Events that wait until the caller of an operation has its reply, since a provider does not call before it answers. */
export interface Owed {
	add(publish: () => void): void;
	/** Publishes the events that wait. Called before the next call, so that they come first. */
	publish(): void;
	forget(): void;
}

export function createOwed({ engine }: { readonly engine: Engine }): Owed {
	let waiting: (() => void)[] = [];
	let failures: unknown[] = [];

	function send(): void {
		const due = waiting;
		waiting = [];
		for (const publish of due) {
			try {
				publish();
			} catch (error) {
				failures.push(error);
			}
		}
	}
	return {
		add(publish) {
			waiting.push(publish);
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
