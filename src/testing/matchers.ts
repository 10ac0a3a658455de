import { toBeDelivered } from "./matchers/to-be-delivered.ts";
import { toHaveAttempts } from "./matchers/to-have-attempts.ts";
import { type EventPattern, toMatchEvent } from "./matchers/to-match-event.ts";

export type { EventPattern } from "./matchers/to-match-event.ts";

/**
 * For `expect.extend`, in Vitest, Jest and Playwright. A failure shows every attempt, the deliveries most like those in question,
 * why the receiver may have refused, and the seed.
 *
 * @example
 * expect.extend(matchers)
 * await expect(hooks.prolific.emit("study.status.change")).toBeDelivered()
 */
export const matchers = { toBeDelivered, toHaveAttempts, toMatchEvent };

/** On a delivery, on what `emit` gave, or on a list of deliveries. */
export interface LocalhookMatchers<R = void> {
	/** That the receiver took every one of them, once the attempts that are under way have ended. */
	toBeDelivered(): Promise<void>;
	/** How often each was attempted. */
	toHaveAttempts(count: number): R;
	/** That one of them carries such an event; what is left out may be anything. */
	toMatchEvent(event: EventPattern): R;
}

declare global {
	namespace jest {
		// Vitest's own assertions take what stands here as well.
		interface Matchers<R, T> extends LocalhookMatchers<R> {}
	}
}
