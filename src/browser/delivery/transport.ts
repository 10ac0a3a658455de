import { bypass } from "msw";
import type { AttemptResponse } from "../../contract/records.ts";
import { Answer, createRepeating, headersOf } from "../../delivery/answer.ts";
import type { Clock } from "../../delivery/clock.ts";
import { cutMessage, cutShare } from "../../delivery/cut-share.ts";
import {
	type Done,
	type Exchange,
	type Outgoing,
	type Transport,
	tooLate,
} from "../../delivery/exchange.ts";
import { LocalhookError } from "../../errors.ts";

const timedOut = Symbol("timed out");
const stopped = Symbol("stopped");

/** @throws LocalhookError `invalid-option`: which certificates count is the browser's own affair */
export function transportsTrusting(
	receiverCa: string | undefined,
): (clock: Clock) => Transport {
	if (receiverCa !== undefined)
		throw new LocalhookError(
			"invalid-option",
			"Invalid receiverCa: a page cannot choose which certificates it trusts. Leave it out, and let the browser trust the certificate.",
		);
	return createTransport;
}

/**
 * Posts by the page's own `fetch`, past msw's worker. The page's rules hold: a receiver of another origin has to allow
 * it by CORS, and headers that a page may not set are left out. What breaks off in the middle is not sent at all.
 */
export function createTransport(clock: Clock): Transport {
	const repeating = createRepeating();
	const underWay = new Set<AbortController>();
	let closed = false;

	async function exchange(request: Outgoing): Promise<Exchange> {
		const { fault, timeout, target, headers, body } = request;
		const controller = new AbortController();
		underWay.add(controller);
		if (closed) controller.abort(stopped);
		const cancelDeadline = clock.after(timeout, () =>
			controller.abort(timedOut),
		);
		try {
			const share = cutShare(fault);
			if (share !== undefined) return failed(cutMessage(share));
			if (fault?.kind === "slow-upload")
				await new Promise<void>((resolve) => clock.after(fault.over, resolve));
			const { signal } = controller;
			const sent = new Request(target.href, {
				method: "POST",
				headers: { ...headers },
				body: body as Uint8Array<ArrayBuffer>,
				redirect: "manual",
				credentials: "omit",
				signal,
			});
			const response = await fetch(bypass(sent), { signal });
			const answer = await answerOf(response, new Answer(repeating));
			return fault?.kind === "timeout" ? tooLate(timeout) : concluded(answer);
		} catch (error) {
			const { reason } = controller.signal;
			if (reason === timedOut) return tooLate(timeout);
			return failed(
				reason === stopped
					? "localhook was stopped"
					: `${(error as Error).message}; is the receiver up, and does it allow this page by CORS?`,
			);
		} finally {
			cancelDeadline();
			underWay.delete(controller);
		}
	}

	return {
		post(request: Outgoing, done: Done) {
			void exchange(request).then(done);
		},
		async close() {
			closed = true;
			for (const controller of underWay) controller.abort(stopped);
		},
	};
}

async function answerOf(
	response: Response,
	answer: Answer,
): Promise<AttemptResponse> {
	answer.begin(response.status, headersOf(response));
	const reader = response.body?.getReader();
	while (reader !== undefined) {
		const { done, value } = await reader.read();
		if (done) break;
		if (!answer.add(value)) {
			await reader.cancel();
			break;
		}
	}
	return answer.end();
}

/** A redirect is not followed, and a page does not get to see it. */
function concluded(response: AttemptResponse): Exchange {
	return response.status === 0
		? failed("the receiver redirects, which no delivery follows")
		: { response };
}

function failed(message: string): Exchange {
	return { error: { code: "connection", message } };
}
