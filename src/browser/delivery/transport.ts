import { bypass } from "msw";
import type { Clock } from "../../delivery/clock.ts";
import {
	abortable,
	answerOf,
	cutOf,
	failed,
	type Outgoing,
	type Transport,
	tooLate,
	transportBy,
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
	return transportBy(exchangeByFetch, clock);
}

const exchangeByFetch = abortable(async (request, clock, signal) => {
	const { fault, timeout } = request;
	const cut = cutOf(request);
	if (cut !== undefined) return cut.exchange;
	if (fault?.kind === "slow-upload")
		await new Promise<void>((resolve) => clock.after(fault.over, resolve));
	try {
		const asked = bypass(requestOf(request, signal));
		const response = await answerOf(await fetch(asked, { signal }), signal);
		if (fault?.kind === "timeout") return tooLate(timeout);
		// A redirect is not followed, and a page does not get to see it.
		return response.status === 0
			? failed("the receiver redirects, which no delivery follows")
			: { response };
	} catch (error) {
		const { message } = error as Error;
		return failed(
			`${message}; is the receiver up, and does it allow this page by CORS?`,
		);
	}
});

function requestOf(
	{ receiver, headers, body }: Outgoing,
	signal: AbortSignal,
): Request {
	return new Request(receiver.href, {
		method: "POST",
		headers: { ...headers },
		body: body as Uint8Array<ArrayBuffer>,
		redirect: "manual",
		credentials: "omit",
		signal,
	});
}
