import type { Repeating } from "../delivery/answer.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Done, Outgoing } from "../delivery/exchange.ts";

/**
 * Makes one exchange with code in this process. `done` is told of its end once.
 *
 * @returns breaks it off
 */
export type Exchanger = (
	request: Outgoing,
	by: { readonly clock: Clock; readonly repeating: Repeating },
	done: Done,
) => () => void;
