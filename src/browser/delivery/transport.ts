import { bypass } from "msw";
import type { Clock } from "../../delivery/clock.ts";
import {
	answerOf,
	cutOf,
	type Exchange,
	failed,
	type Outgoing,
	stopped,
	type Transport,
	tooLate,
} from "../../delivery/exchange.ts";
import { LocalhookError } from "../../errors.ts";

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
	const underWay = new Set<AbortController>();
	let closed = false;

	async function exchange(request: Outgoing): Promise<Exchange> {
		const { fault, timeout } = request;
		const controller = new AbortController();
		const { signal } = controller;
		underWay.add(controller);
		if (closed) controller.abort(stopped);
		const cancelDeadline = clock.after(timeout, () =>
			controller.abort(tooLate(timeout)),
		);
		try {
			const cut = cutOf(request);
			if (cut !== undefined) return cut.exchange;
			if (fault?.kind === "slow-upload")
				await new Promise<void>((resolve) => clock.after(fault.over, resolve));
			const received = await fetch(bypass(requestOf(request, signal)), {
				signal,
			});
			const response = await answerOf(received, signal);
			if (fault?.kind === "timeout") return tooLate(timeout);
			// A redirect is not followed, and a page does not get to see it.
			if (response.status === 0)
				return failed("the receiver redirects, which no delivery follows");
			return { response };
		} catch (error) {
			if (signal.aborted) return signal.reason as Exchange;
			const message = (error as Error).message;
			return failed(
				`${message}; is the receiver up, and does it allow this page by CORS?`,
			);
		} finally {
			cancelDeadline();
			underWay.delete(controller);
		}
	}

	return {
		post(request, done) {
			void exchange(request).then(done);
		},
		async close() {
			closed = true;
			for (const controller of underWay) controller.abort(stopped);
		},
	};
}

function requestOf(
	{ target, headers, body }: Outgoing,
	signal: AbortSignal,
): Request {
	return new Request(target.href, {
		method: "POST",
		headers: { ...headers },
		body: body as Uint8Array<ArrayBuffer>,
		redirect: "manual",
		credentials: "omit",
		signal,
	});
}
