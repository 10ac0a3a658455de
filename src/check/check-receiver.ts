import { lookup } from "node:dns/promises";
import { inAnyOf, isAddress } from "../delivery/addresses.ts";
import {
	createAllowedReceivers,
	isLoopback,
	parseReceiver,
} from "../delivery/allowed-receivers.ts";
import { createSystemClock, keepAlive } from "../delivery/clock.ts";
import { createTransport } from "../delivery/transport.ts";
import { parseDuration } from "../duration.ts";
import { invalidOption, LocalhookError, quoted } from "../errors.ts";
import { fingerprint } from "../fingerprint.ts";
import { privateNetworks } from "../generated/tables.ts";
import { presetOf } from "../presets.ts";
import { defaultSeed } from "../random.ts";
import { isUrl, type Receiver } from "../receivers/receiver.ts";
import { transportTo } from "../receivers/transport-to.ts";
import type { Scheme } from "../signing/scheme.ts";
import { maskUrl } from "../web-address.ts";
import { type Check, checksFor, type Ways } from "./checks.ts";
import {
	createConversation,
	exchangeOnce,
	receiverAt,
	type Timing,
} from "./conversation.ts";
import { type Effects, readingOf } from "./effects.ts";
import type { Asked } from "./options.ts";
import { providerEvents } from "./provider-events.ts";
import { createTextReport } from "./report.ts";
import { type Report, summaryOf } from "./result.ts";
import { type RunOptions, runChecks } from "./run.ts";
import { schemeEvents } from "./scheme-events.ts";
import { createRun, type Run, type Source, subjectOf } from "./subject.ts";

export interface CheckContext extends Pick<RunOptions, "begin" | "tell"> {
	readonly effects?: Effects | undefined;
	readonly ways?: Ways;
	readonly stop?: AbortSignal;
	/** Requests time out by the machine's. */
	readonly clock?: Timing;
}

const defaultDeadline = "60s";
export const mostRequests = 150;
/** Milliseconds between two requests: 20 a second. */
const defaultPause = 50;

export type Plan = ReturnType<typeof planOf>;

/**
 * Everything about a check before it starts.
 *
 * @param name of the provider or scheme
 * @throws LocalhookError `unknown-provider`, `unknown-event`, `invalid-option`, `invalid-receiver`
 */
export function planOf(url: string, options: Asked, name = nameOf(options)) {
	const { seed = defaultSeed, only, skip, secret, nextSecret } = options;
	for (const [name, value] of Object.entries({ secret, nextSecret }))
		if (value?.trim() === "")
			throw invalidOption(
				`Invalid option ${quoted(name)}: it is empty. Give the secret that the receiver has, or leave the option out.`,
			);
	const run = createRun(createSystemClock().now, seed);
	const source = sourceOf(url, options, name, run);
	const own = {
		secret: secret ?? source.secret,
		nextSecret: nextSecret ?? source.nextSecret,
		otherSecrets: () => [ofSeed, ...source.otherSecrets()],
	};
	const what = "the secret that localhook makes of the seed, not the one given";
	const ofSeed = { what, secret: source.secret };
	const subject = subjectOf({ ...source, ...own }, url, run);
	// A provider with few types gets no more than one of each.
	const chosen = checksFor(subject, only, skip).map((check): Check => {
		const most = Math.min(check.cost[0], subject.types.length);
		return check.id === "event.each" ? { ...check, cost: [most, most] } : check;
	});
	const sum = (at: 0 | 1) =>
		chosen.reduce((total, { cost }) => total + cost[at], 0);
	const deadline = parseDuration(options.deadline ?? defaultDeadline);
	// Whatever is checked, one right delivery comes first.
	const first = chosen.some(({ id }) => id === "reach") ? 0 : 1;
	const [requests, work] = [first + sum(0), first + sum(1)];
	const print = fingerprint(subject.secret);
	return { url, options, subject, print, chosen, deadline, requests, work };
}

/** `scheme`, for one without a name. */
export function nameOf({ provider, scheme }: Asked): string {
	return provider ?? (typeof scheme === "string" ? scheme : "scheme");
}

export function nothingNamed(): LocalhookError {
	return invalidOption(
		"Name what the receiver is checked by: a provider, such as prolific, or a scheme, such as stripe, one of the two.",
	);
}

function sourceOf(
	url: string,
	{ provider, scheme, secret, type, body }: Asked,
	name: string,
	run: Run,
): Source {
	if ((provider === undefined) === (scheme === undefined)) throw nothingNamed();
	if (scheme === undefined) {
		if (body !== undefined)
			throw invalidOption(
				`Failed to check with a body of your own: ${name} has its own events. Give one for a scheme alone, such as stripe.`,
			);
		return providerEvents(name, url, run, type);
	}
	const preset = typeof scheme === "string" ? presetOf(scheme) : undefined;
	const signature = preset?.signature ?? (scheme as Scheme);
	return schemeEvents(name, signature, run, { preset, type, secret, body });
}

/**
 * Checks a receiver, at a URL or in this process.
 *
 * @throws LocalhookError `server-unreachable` when nothing answers; `invalid-option`, `invalid-receiver`
 */
export async function checkReceiver(
	receiver: Receiver,
	{ url, options, subject, print, chosen, deadline }: Plan,
	context: CheckContext = {},
): Promise<Report> {
	const { effects, ways, stop, clock = createSystemClock() } = context;
	const { nextSecret, strict = false, settle } = options;
	const isElsewhere = isUrl(receiver);
	if (isElsewhere) await refuseUnsafe(url, options);
	const connect = isElsewhere ? createTransport : transportTo(receiver);
	const talk = createConversation(
		subject,
		() => connect(createSystemClock()),
		clock,
		{
			requests: mostRequests,
			pause: isElsewhere ? defaultPause : 0,
			deadline,
			stop,
		},
	);
	// Its pauses are timers, which keep no process alive.
	const letGo = keepAlive();
	try {
		const { results, ended } = await runChecks({
			...context,
			subject,
			chosen,
			talk,
			effects,
			settle: settle === undefined ? undefined : parseDuration(settle),
			ways: { knowsNext: nextSecret !== undefined, ...ways },
		});
		const { name } = subject;
		const about = { name, url, secret: print, ended: ended?.message };
		const summary = summaryOf(results, strict, about, talk);
		const report = createTextReport();
		const lines = results.map((result) => report.tell(result));
		const heading = `  ${summary.name}, secret ${summary.secret}\n\n`;
		const text = heading + lines.join("") + report.end(results, summary);
		const reason = ended && { reason: ended.reason };
		return { ...summary, results, text, ...reason };
	} finally {
		letGo();
		await talk.close();
	}
}

/** A probe at a URL: a number, or a JSON list of keys. */
export function probeAt(url: string, options: Asked): Effects {
	return {
		async read() {
			await refuseUnsafe(url, options, "probe");
			const exchange = await exchangeOnce({
				receiver: receiverAt(url),
				method: "GET",
				headers: {},
				body: new Uint8Array(),
				timeout: 5000,
			});
			if ("error" in exchange) throw new Error(exchange.error.message);
			const { status, body } = exchange.response;
			if (status !== 200) throw new Error(`${maskUrl(url)} answers ${status}`);
			return readingOf(Buffer.from(body).toString());
		},
	};
}

const isPrivate = inAnyOf(privateNetworks);

/** @throws LocalhookError `invalid-receiver` for what may be somebody else's, or in production */
export async function refuseUnsafe(
	url: string,
	{ allowReceivers: allow = [], secret, nextSecret }: Asked,
	what = "receiver",
): Promise<void> {
	const { protocol, hostname } = parseReceiver(url, "a local one", url, what);
	const { refused } = createAllowedReceivers({ allow }).resolve(url);
	const refuse = (reason: string) =>
		new LocalhookError(
			"invalid-receiver",
			`Failed to check ${maskUrl(url)}: ${reason}.`,
		);
	if (refused !== undefined)
		throw refuse(
			refused.replace(
				/; start with.*/,
				"; allow it by name: --allow-receiver, in TypeScript allowReceivers",
			),
		);
	if (isLoopback(hostname)) return;
	if (secret !== undefined || nextSecret !== undefined)
		throw refuse(
			"a secret of your own stays on this machine. Check a receiver on loopback with it, or leave the secret out",
		);
	if (protocol !== "https:") return;
	const host = hostname.replace(/^\[(.*)\]$/, "$1");
	const found = isAddress(host)
		? [{ address: host }]
		: await lookup(host, { all: true }).catch(() => []);
	if (found.some(({ address }) => !isPrivate(address)))
		throw refuse(
			`"${hostname}" is a public address with TLS, which may be in production. Check the receiver on your own machine or network`,
		);
}
