import type { Endpoint } from "../contract/operation.ts";
import type { DeliveryPolicy } from "../contract/policy.ts";
import type {
	Attempt,
	AttemptError,
	EventRecord,
} from "../contract/records.ts";
import type { Message, Signer } from "../contract/signing.ts";
import type { AllowedReceivers } from "./allowed-receivers.ts";
import {
	type BadSignature,
	type SignedBefore,
	shouldBeRefused,
	signBadly,
} from "./bad-signature.ts";
import type { Clock } from "./clock.ts";
import {
	type Exchange,
	failed,
	notConnected,
	type RunInContext,
	type Transport,
} from "./exchange.ts";
import type { Faults } from "./faults.ts";
import type { InFlight } from "./in-flight.ts";
import { queueMicrotask } from "./real-timers.ts";
import { type Headers, withReceiverHeaders } from "./receiver-headers.ts";
import { isAmong } from "./schedule.ts";

export interface Sender {
	readonly signer: Signer;
	readonly policy: DeliveryPolicy;
	readonly clock: Clock;
	readonly allowedReceivers: AllowedReceivers;
	readonly transport: Transport;
	readonly faults: Faults;
	/** The context that a delivery is made in; absent: receivers of this process are called in any. */
	readonly capture?: (() => RunInContext) | undefined;
	signedBefore(endpoint: Endpoint): SignedBefore;
}

/**
 * One signed request: the secrets valid now, the time now, the bytes of always. `done` is told of its end once, and
 * never before this returns.
 */
export function makeAttempt(
	inFlight: InFlight,
	endpoint: Endpoint,
	isDown: boolean,
	sender: Sender,
	done: (made: Attempt) => void,
): void {
	const { clock, faults } = sender;
	const { timeout, connectTimeout, success } = sender.policy;
	const { delivery, runInContext } = inFlight;
	const { body } = delivery;
	const at = clock.now();
	const number = delivery.attempts.length + 1;
	const receiver = sender.allowedReceivers.resolve(endpoint.url);
	const headers = headersFor(inFlight, endpoint, at, sender, receiver.headers);
	const attempt = { number, at, duration: 0, url: receiver.href, headers };
	const end = ({ error }: { error: AttemptError }, by?: string) =>
		queueMicrotask(() =>
			done({ ...attempt, error, ok: false, ...(by && { fault: by }) }),
		);
	if (receiver.refused !== undefined) {
		const { refused: message } = receiver;
		end({ error: { code: "refused-receiver", message } });
		return;
	}
	if (isDown) {
		end(failed("the endpoint is switched down"), "down");
		return;
	}
	const fault = faults.any ? faults.onAttempt(delivery, number) : undefined;
	if (fault?.kind === "connect-timeout") {
		end(notConnected(connectTimeout ?? timeout), fault.kind);
		return;
	}
	const started = clock.stopwatch();
	sender.transport.post(
		{ receiver, headers, body, timeout, connectTimeout, fault, runInContext },
		(exchange) => {
			const duration = clock.stopwatch() - started;
			const ok =
				"response" in exchange && isAmong(exchange.response.status, success);
			attempt.duration = duration;
			const made: Attempt = Object.assign(attempt, exchange, { ok });
			if (delivery.sign !== undefined && (ok || isTaken(exchange))) {
				const { previous } = sender.signedBefore(endpoint);
				if (shouldBeRefused(delivery.sign, endpoint.secrets, previous))
					Object.assign(made, { wronglyAccepted: true });
			}
			done(fault === undefined ? made : { ...made, fault: fault.kind });
		},
	);
}

/** Whatever the provider counts as a success, a 2xx says that the receiver believed it. */
function isTaken(exchange: Exchange): boolean {
	return "response" in exchange && isAmong(exchange.response.status);
}

function headersFor(
	{ delivery, how }: InFlight,
	endpoint: Endpoint,
	at: number,
	sender: Sender,
	receivers: Headers | undefined,
): Headers {
	if (how.frozen !== undefined) return how.frozen;
	const { event, headers, body } = delivery;
	const message = messageOf(event, endpoint, headers, body, at);
	const signature = sign(how.signing, sender.signer, message, () =>
		sender.signedBefore(endpoint),
	);
	const own = joined(headers, endpoint.headers, signature);
	return receivers === undefined ? own : withReceiverHeaders(own, receivers);
}

/** As spreading would, at a fraction of its time: every attempt comes this way. */
function joined(...groups: (Headers | undefined)[]): Headers {
	const all: Record<string, string> = {};
	for (const group of groups) {
		for (const name in group) {
			const value = group[name] as string;
			if (name !== "__proto__") all[name] = value;
			else Object.defineProperty(all, name, { value, enumerable: true });
		}
	}
	return all;
}

export function messageOf(
	{ id, type }: EventRecord,
	{ url, secrets }: Endpoint,
	headers: Headers,
	body: Uint8Array,
	at: number,
): Message {
	return { id, type, url, method: "POST", headers, body, secrets, at };
}

/** The headers of a signature. `before` is asked for one that is wrong on purpose alone. */
export function sign(
	signing: BadSignature | undefined,
	signer: Signer,
	message: Message,
	before: () => SignedBefore,
): Readonly<Record<string, string>> {
	return signing === undefined
		? signer.sign(message)
		: signBadly(signing, signer, message, before());
}
