import { createHash } from "node:crypto";

/** @typedef {"accept" | "fail" | "redirect" | "stall" | "reset" | "babble"} Whim */

/**
 * What a receiver of many moods does to an attempt, drawn from the two words alone: the same in every run.
 * `test/check/fault-run.test.ts` asks here too.
 *
 * @param {string} event
 * @param {number} attempt
 * @returns {Whim}
 */
export function whimOf(event, attempt) {
	const [draw = 0] = createHash("sha256")
		.update(`${event}/${attempt}`)
		.digest();
	if (draw < 120) return "accept";
	if (draw < 190) return "fail";
	if (draw < 210) return "redirect";
	if (draw < 232) return "reset";
	return draw < 254 ? "babble" : "stall";
}
