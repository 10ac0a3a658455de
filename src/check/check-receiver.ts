import { lookup } from "node:dns/promises";
import { inAnyOf, isAddress } from "../delivery/addresses.ts";
import { type Clock, createSystemClock, keepAlive } from "../delivery/clock.ts";
import type { Transport } from "../delivery/exchange.ts";
import {
	createTargets,
	isLoopback,
	parseReceiver,
} from "../delivery/targets.ts";
import { createTransport } from "../delivery/transport.ts";
import { LocalhookError } from "../errors.ts";
import { presetOf } from "../presets.ts";
import { defaultSeed } from "../random.ts";
import { isUrl, type Receiver } from "../receivers/receiver.ts";
import { transportTo } from "../receivers/transport-to.ts";
import type { Scheme } from "../signing/scheme.ts";
import { checksFor, costOf, type Ways } from "./checks.ts";
import { createConversation, targetOf } from "./conversation.ts";
import type { Effects } from "./effects.ts";
import { providerSubject } from "./provider-subject.ts";
import {
	createTextReport,
	noPaints,
	type Summary,
	summaryOf,
} from "./report.ts";
import type { Result } from "./result.ts";
import { runCheck } from "./run-check.ts";
import { schemeSubject } from "./scheme-subject.ts";
import { createRun, type Subject } from "./subject.ts";

/** What is checked by, and what of it. */
export interface Asked {
	/** A provider's id. */
	readonly provider?: string | undefined;
	/** A preset's name, or a scheme. */
	readonly scheme?: string | Scheme | undefined;
	/** What a scheme is called; default: its preset's name. */
	readonly name?: string | undefined;
	readonly secret?: string | undefined;
	/** One that the receiver accepts as well. */
	readonly nextSecret?: string | undefined;
	/** The type of event that is sent where it does not matter. */
	readonly type?: string | undefined;
	readonly seed?: string | undefined;
	readonly only?: readonly string[] | undefined;
	readonly skip?: readonly string[] | undefined;
	readonly strict?: boolean | undefined;
	readonly allowReceivers?: readonly string[] | undefined;
	/** Milliseconds. */
	readonly settle?: number | undefined;
	readonly deadline?: number | undefined;
}

/** What the command line and tests add. */
export interface Surroundings {
	readonly effects?: Effects | undefined;
	readonly ways?: Ways | undefined;
	readonly stop?: AbortSignal | undefined;
	/** What pauses, settling and the deadline go by; requests time out by the machine's. */
	readonly clock?: Pick<Clock, "now" | "stopwatch" | "after">;
	tell?(result: Result): void;
}

/** What a check came to. */
export interface Report extends Summary {
	readonly results: readonly Result[];
	/** For people: what is printed. */
	readonly text: string;
	readonly reason?: "deadline" | "budget" | "down" | "stopped";
}

const usualDeadline = 60_000;
const mostRequests = 150;
/** Milliseconds between two requests: 20 a second. */
const usualPause = 50;

/**
 * Everything about a check before it starts.
 *
 * @throws LocalhookError `unknown-provider`, `unknown-event`, `invalid-option`, `invalid-receiver`
 */
export function planOf(url: string, asked: Asked) {
	const subject = subjectOf(url, asked);
	const chosen = checksFor(subject, asked.only, asked.skip);
	return { subject, chosen, ...costOf(chosen, subject) };
}

function subjectOf(url: string, asked: Asked): Subject {
	const {
		provider,
		scheme,
		secret,
		nextSecret,
		type,
		seed = defaultSeed,
	} = asked;
	const run = createRun(createSystemClock().now, seed);
	if ((provider === undefined) === (scheme === undefined))
		throw new LocalhookError(
			"invalid-option",
			"Name what the receiver is checked by: a provider (--provider prolific) or a scheme (--scheme stripe), one of the two.",
		);
	let subject: Subject;
	if (provider !== undefined)
		subject = providerSubject(provider, url, run, type);
	else {
		const isName = typeof scheme === "string";
		const { name = isName ? scheme : "scheme" } = asked;
		const preset = isName ? presetOf(scheme) : undefined;
		const own = preset?.signature ?? (scheme as Scheme);
		const more = { preset, type, hasSecret: secret !== undefined };
		subject = schemeSubject(name, own, url, run, more);
	}
	return {
		...subject,
		secret: secret ?? subject.secret,
		nextSecret: nextSecret ?? subject.nextSecret,
	};
}

/**
 * Checks a receiver, at a URL or in this process.
 *
 * @throws LocalhookError `server-unreachable` when nothing answers; `invalid-option`, `invalid-receiver`
 */
export async function checkReceiver(
	receiver: Receiver,
	url: string,
	asked: Asked,
	{ effects, ways, stop, tell, clock = createSystemClock() }: Surroundings = {},
): Promise<Report> {
	const { subject } = planOf(url, asked);
	const { nextSecret, strict = false, deadline = usualDeadline } = asked;
	if (isUrl(receiver)) await refuseUnsafe(url, asked);
	const transport: Transport = isUrl(receiver)
		? createTransport(createSystemClock())
		: transportTo(receiver)(createSystemClock());
	const talk = createConversation(
		subject,
		transport,
		clock,
		{
			requests: mostRequests,
			pause: isUrl(receiver) ? usualPause : 0,
			deadline,
		},
		stop,
	);
	// Its pauses are timers, which keep no process alive.
	const letGo = keepAlive();
	try {
		const checked = await runCheck({
			subject,
			talk,
			effects,
			settle: asked.settle,
			ways: { knowsNext: nextSecret !== undefined, ...ways },
			only: asked.only,
			skip: asked.skip,
			tell,
		});
		const { results, ended } = checked;
		const summary = summaryOf(checked, strict, {
			name: subject.name,
			url,
			deliveries: talk.count,
			accepted: talk.answers.filter(({ accepted }) => accepted).length,
			duration: talk.spent(),
		});
		const report = createTextReport(noPaints);
		const lines = results.map((result) => report.tell(result));
		const text = lines.join("") + report.end(results, summary);
		return {
			...summary,
			results,
			text,
			...(ended && { reason: ended.reason }),
		};
	} finally {
		letGo();
		await transport.close();
	}
}

/** A probe at a URL: a number, or a JSON list of keys. */
export function probeAt(url: string, asked: Asked): Effects {
	const transport = createTransport(createSystemClock());
	return {
		async read() {
			await refuseUnsafe(url, asked);
			const exchange = await new Promise<
				Parameters<Parameters<Transport["post"]>[1]>[0]
			>((resolve) =>
				transport.post(
					{
						target: targetOf(url),
						method: "GET",
						headers: {},
						body: new Uint8Array(),
						timeout: 5000,
					},
					resolve,
				),
			);
			if ("error" in exchange) throw new Error(exchange.error.message);
			const { status, body } = exchange.response;
			if (status !== 200) throw new Error(`${url} answers ${status}`);
			return readingOf(Buffer.from(body).toString());
		},
	};
}

export function readingOf(text: string): number | readonly unknown[] {
	try {
		return JSON.parse(text);
	} catch {
		throw new Error(`${JSON.stringify(text.slice(0, 100))} is no JSON`);
	}
}

const isPrivate = inAnyOf([
	["10.0.0.0", 8],
	["172.16.0.0", 12],
	["192.168.0.0", 16],
	["100.64.0.0", 10],
	["127.0.0.0", 8],
	["::1", 128],
	["fc00::", 7],
]);

/** @throws LocalhookError `invalid-receiver` for what may be somebody else's, or in production */
async function refuseUnsafe(url: string, asked: Asked): Promise<void> {
	const { protocol, hostname } = parseReceiver(url, "a local one");
	const { refused } = createTargets({
		allow: asked.allowReceivers ?? [],
	}).resolve(url);
	const refuse = (reason: string) =>
		new LocalhookError(
			"invalid-receiver",
			`Failed to check ${url}: ${reason}.`,
		);
	if (refused !== undefined)
		throw refuse(
			refused.replace(/; start with.*/, "; allow it by name: --allow-receiver"),
		);
	if (isLoopback(hostname)) return;
	if (asked.secret !== undefined || asked.nextSecret !== undefined)
		throw refuse(
			"a secret of your own stays on this machine. Check a receiver on loopback with it, or leave --secret-env and --secret-file out",
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
