import type { Endpoint } from "../contract/operation.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type { Clock } from "./clock.ts";
import type { Targets } from "./targets.ts";
import type { Transport } from "./transport.ts";

export interface Sender {
	readonly signer: Signer;
	/** Milliseconds. */
	readonly timeout: number;
	readonly clock: Clock;
	readonly targets: Targets;
	readonly transport: Transport;
}

/** One signed request: the secrets valid now, the time now, the bytes of always. Never rejects. */
export function makeAttempt(
	delivery: Delivery,
	endpoint: Endpoint,
	sender: Sender,
): Attempt | Promise<Attempt> {
	const { clock } = sender;
	const at = clock.now();
	const number = delivery.attempts.length + 1;
	const signature = sender.signer.sign({
		body: delivery.body,
		secrets: endpoint.secrets,
		at,
	});
	const headers = join(delivery.headers, endpoint.headers, signature);
	const target = sender.targets.resolve(endpoint.url);
	if ("refused" in target) {
		const error = { code: "refused-target", message: target.refused } as const;
		return {
			number,
			at,
			duration: 0,
			target: endpoint.url,
			headers,
			error,
			ok: false,
		};
	}
	const started = clock.stopwatch();
	return sender.transport
		.post({ target, headers, body: delivery.body, timeout: sender.timeout })
		.then((exchange) => {
			const duration = clock.stopwatch() - started;
			const { href } = target;
			if ("error" in exchange) {
				const { error } = exchange;
				return {
					number,
					at,
					duration,
					target: href,
					headers,
					error,
					ok: false,
				};
			}
			const { response } = exchange;
			const ok = response.status >= 200 && response.status < 300;
			return { number, at, duration, target: href, headers, response, ok };
		});
}

/** As spreading would, at a fraction of its time: every attempt comes this way. */
function join(
	...groups: (Readonly<Record<string, string>> | undefined)[]
): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const group of groups) {
		for (const name in group) {
			const value = group[name] as string;
			if (name !== "__proto__") headers[name] = value;
			else Object.defineProperty(headers, name, { value, enumerable: true });
		}
	}
	return headers;
}
