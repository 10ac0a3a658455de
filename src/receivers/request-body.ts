import type { Clock } from "../delivery/clock.ts";
import { bytesBeforeCut, cutShare } from "../delivery/cut-share.ts";
import { dribble } from "../delivery/dribble.ts";
import type { Outgoing } from "../delivery/exchange.ts";

/**
 * The body as a `Request` takes it: whole, or a stream that does what the fault says.
 *
 * @param onCut told when the receiver has come to where the body breaks off
 */
export function requestBody(
	{ body, fault }: Outgoing,
	clock: Clock,
	onCut: (reason: Error) => void,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
	const share = cutShare(fault);
	if (share !== undefined) return broken(bytesBeforeCut(body, share), onCut);
	if (fault?.kind !== "slow-upload") return new Uint8Array(body);
	const bits = dribble(body, fault.over, clock);
	return pulled(async (controller) => {
		const { done, value } = await bits.next();
		if (done) controller.close();
		else controller.enqueue(new Uint8Array(value));
	});
}

function broken(
	part: Uint8Array,
	onCut: (reason: Error) => void,
): ReadableStream<Uint8Array> {
	let sent = part.length === 0;
	return pulled((controller) => {
		if (sent) {
			const reason = new Error("the request broke off");
			controller.error(reason);
			onCut(reason);
		} else {
			sent = true;
			controller.enqueue(new Uint8Array(part));
		}
	});
}

/** Nothing is made before somebody reads it. */
function pulled(
	pull: (
		controller: ReadableStreamDefaultController<Uint8Array>,
	) => void | Promise<void>,
): ReadableStream<Uint8Array> {
	return new ReadableStream({ pull }, { highWaterMark: 0 });
}
