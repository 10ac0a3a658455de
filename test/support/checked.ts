import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers";
import {
	type CheckContext,
	checkReceiver,
	planOf,
} from "../../src/check/check-receiver.ts";
import type { Asked } from "../../src/check/options.ts";
import type { Report } from "../../src/check/result.ts";

/** What a receiver has in its hands. */
export interface Handed {
	headers(name: string): string | undefined;
	readonly body: Uint8Array;
	readonly secret: string;
}

/** What a receiver is checked by, and what a right one knows of it. */
export interface Kind {
	readonly asked: Asked;
	verify(handed: Handed): boolean;
	/** The signed time, epoch milliseconds; absent: it signs none. */
	at?(request: Seen): number;
	/** The event's own time. */
	eventTime?(request: Seen): number;
	id(request: Seen): string;
	type(request: Seen): unknown;
	readonly header: string;
	/** How it writes an HMAC of the body, where it signs nothing else. */
	bare?(digest: Buffer): string;
}

/** One delivery as the receiver's code has it. */
export interface Seen extends Handed {
	readonly ok: boolean;
	/** The value of the signature's header; undefined: there is none. */
	readonly given: string | undefined;
	json(): Record<string, unknown>;
}

/** What a receiver does otherwise than a right one. */
export interface Wrong {
	/** Instead of the verification; `seen.ok` is what that came to. */
	accepts?(seen: Seen, kind: Kind): boolean;
	/** Header names are looked up as they are written. */
	readonly exactNames?: true;
	/** The secrets that it has. */
	secrets?(own: readonly string[]): readonly string[];
	/** How it makes one body of the pieces that come. */
	joins?(pieces: readonly Buffer[]): Buffer;
	before?(seen: Seen, work: () => void): void;
	refuse?(seen: Seen, count: number): Said;
	id?(seen: Seen, kind: Kind): string | undefined;
	/** After the verification; undefined: goes on. */
	answer?(seen: Seen, kind: Kind): Said | undefined;
	/** The answer to what was accepted. */
	done?(seen: Seen): Said;
	get?(): Said;
	/** The answer to an event that came before. */
	again?(): Said;
	/** Waits between looking and remembering. */
	readonly races?: true;
	readonly idle?: true;
	/** What comes of its work. */
	works?(): void;
	/** Works on what has come of a body that breaks off. */
	readonly eager?: true;
	readonly forgetful?: true;
	/** Answers as if work that failed had been done. */
	readonly swallows?: true;
	/** Answers first: work that failed is done a while later. */
	readonly queues?: true;
	challenge?(seen: Seen): Said;
}

export interface Said {
	readonly status: number;
	readonly body?: string;
	readonly headers?: Record<string, string>;
}

const tolerance = 5 * 60_000;
const seconds = (text: string | undefined) => Number(text) * 1000;
const hmac = (secret: string, ...parts: (string | Uint8Array)[]) => {
	const digest = createHmac("sha256", secret);
	for (const part of parts) digest.update(part);
	return digest.digest();
};

export const kinds: Readonly<Record<string, Kind>> = {
	prolific: {
		asked: { provider: "prolific" },
		verify: ({ headers, body, secret }) =>
			headers("x-prolific-request-signature") ===
			hmac(
				secret,
				headers("x-prolific-request-timestamp") ?? "",
				body,
			).toString("base64"),
		at: ({ headers }) => seconds(headers("x-prolific-request-timestamp")),
		eventTime: ({ headers }) => seconds(headers("x-timestamp")),
		id: ({ headers }) => String(headers("x-event-id")),
		type: ({ json }) => json().event_type,
		header: "X-Prolific-Request-Signature",
	},
	solvimon: {
		asked: { provider: "solvimon" },
		verify({ headers, body, secret }) {
			const time = headers("x-payload-signature-timestamp");
			const digest = hmac(secret, `${time}.`, body).toString("hex");
			const given = headers("x-payload-signature")?.toLowerCase().split(",");
			return given?.includes(`v1=${digest}`) ?? false;
		},
		at: ({ headers }) =>
			Date.parse(headers("x-payload-signature-timestamp") ?? ""),
		eventTime: ({ json }) => Date.parse(String(json().created_at)),
		id: ({ body }) => createHash("sha256").update(body).digest("hex"),
		type: ({ json }) => json().type,
		header: "X-PAYLOAD-SIGNATURE",
	},
	spritz: {
		asked: { provider: "spritz" },
		verify: ({ headers, body, secret }) =>
			headers("signature") === hmac(secret, body).toString("hex"),
		eventTime: ({ json }) => Date.parse(String(json().occurredAt)),
		id: ({ json, body }) =>
			String(json().eventId ?? createHash("sha256").update(body).digest("hex")),
		type: ({ json }) => json().event ?? json().eventName,
		header: "Signature",
		bare: (digest) => digest.toString("hex"),
	},
	openformat: {
		asked: { provider: "openformat" },
		verify: ({ headers, body, secret }) =>
			headers("x-openformat-signature") ===
			hmac(secret, body).toString("base64"),
		id: ({ json }) => String(json().idempotency_key),
		type: ({ json }) => json().event,
		header: "x-openformat-signature",
		bare: (digest) => digest.toString("base64"),
	},
	github: {
		asked: { scheme: "github" },
		verify: ({ headers, body, secret }) =>
			headers("x-hub-signature-256") ===
			`sha256=${hmac(secret, body).toString("hex")}`,
		id: ({ headers }) => String(headers("x-github-delivery")),
		type: ({ headers }) => headers("x-github-event"),
		header: "X-Hub-Signature-256",
		bare: (digest) => `sha256=${digest.toString("hex")}`,
	},
	stripe: {
		asked: { scheme: "stripe" },
		verify({ headers, body, secret }) {
			const parts = (headers("stripe-signature") ?? "").split(",");
			const time = parts.find((part) => part.startsWith("t="))?.slice(2);
			const right = `v1=${hmac(secret, `${time}.`, body).toString("hex")}`;
			return parts.includes(right);
		},
		at: ({ headers }) =>
			seconds(/t=(\d+)/.exec(headers("stripe-signature") ?? "")?.[1]),
		id: ({ json }) => String(json().id),
		type: ({ json }) => json().type,
		header: "Stripe-Signature",
	},
};

/** A receiver by hand, right but for what is said of it. */
export function receiverOf(kind: Kind, own: string, wrong: Wrong = {}) {
	let secrets: readonly string[] = [own];
	const known = new Set<string>();
	let effects = 0;
	let refused = 0;
	const failing = { next: false };
	const work = () => {
		wrong.works?.();
		if (!wrong.idle) effects++;
	};

	async function handle(
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		const say = ({ status, body = "", headers = {} }: Said) =>
			void response.writeHead(status, headers).end(body);
		if (request.method !== "POST") return say(wrong.get?.() ?? { status: 405 });
		const chunks: Buffer[] = [];
		try {
			for await (const chunk of request) {
				chunks.push(chunk);
			}
		} catch {
			if (wrong.eager) work();
			return;
		}
		const body = wrong.joins?.(chunks) ?? Buffer.concat(chunks);
		const headers = (name: string) =>
			namedIn(request, name, wrong.exactNames ? kind.header : undefined);
		const handed = { headers, body };
		const ok = (wrong.secrets?.(secrets) ?? secrets).some((secret) =>
			kind.verify({ ...handed, secret }),
		);
		const seen: Seen = {
			...handed,
			secret: secrets[0] ?? own,
			ok,
			given: headers(kind.header.toLowerCase()),
			json: () => JSON.parse(body.toString()),
		};
		wrong.before?.(seen, work);
		const isNear = (at = Number.NaN) => Math.abs(Date.now() - at) <= tolerance;
		const accepts =
			wrong.accepts ??
			((each: Seen) =>
				each.ok && (kind.at === undefined || isNear(kind.at(each))));
		if (!accepts(seen, kind)) {
			refused++;
			return say(wrong.refuse?.(seen, refused) ?? { status: 401 });
		}
		if (seen.json().event === "test")
			return say(
				wrong.challenge?.(seen) ?? {
					status: 200,
					body: JSON.stringify({ challenge: seen.given }),
					headers: { "content-type": "application/json" },
				},
			);
		const answer = wrong.answer?.(seen, kind);
		if (answer !== undefined) return say(answer);
		const id = wrong.id === undefined ? kind.id(seen) : wrong.id(seen, kind);
		const isKnown = id !== undefined && known.has(id);
		if (wrong.races)
			await new Promise<void>((resolve) => setImmediate(resolve));
		if (isKnown) return say(wrong.again?.() ?? { status: 204 });
		if (failing.next) {
			failing.next = false;
			if (wrong.queues) {
				say({ status: 202 });
				if (id !== undefined) known.add(id);
				for (let turn = 0; turn < 50; turn++)
					await new Promise<void>((resolve) => setImmediate(resolve));
				return work();
			}
			if (wrong.forgetful && id !== undefined) known.add(id);
			return say({ status: wrong.swallows ? 204 : 500 });
		}
		if (id !== undefined) known.add(id);
		work();
		say(wrong.done?.(seen) ?? { status: 204 });
	}
	return {
		handle: (request: IncomingMessage, response: ServerResponse) =>
			handle(request, response),
		effects: { read: async () => effects },
		ways: {
			restart: async (secret: string) => {
				secrets = wrong.secrets ? wrong.secrets([secret, own]) : [secret];
			},
			fail: async () => {
				failing.next = true;
				return () => {
					const hasFailed = !failing.next;
					failing.next = false;
					return hasFailed;
				};
			},
		},
	};
}

function namedIn(
	{ rawHeaders, headers }: IncomingMessage,
	name: string,
	exact: string | undefined,
): string | undefined {
	if (name !== exact?.toLowerCase()) return headers[name] as string | undefined;
	const at = rawHeaders.findIndex((each, i) => i % 2 === 0 && each === exact);
	return at === -1 ? undefined : rawHeaders[at + 1];
}

/** A clock whose pauses are over at once. @param start its time goes on from there with them alone; absent: the machine's */
export function hastyClock(start?: number) {
	let spent = 0;
	return {
		now: () => (start === undefined ? Date.now() : start + spent),
		stopwatch: () => spent,
		spend(milliseconds: number): void {
			spent += milliseconds;
		},
		after(milliseconds: number, task: () => void) {
			spent += milliseconds;
			setImmediate(task);
			return () => {};
		},
	};
}

/** The secret that receivers of these tests have. */
export function secretOf(kind: Kind): string {
	return kind.asked.provider === "openformat"
		? "813f251f-7ccf-44ce-a944-ff1a7de02d3d"
		: "KANTqJvTJPsSVRwGuSslAi8w3I468AjwKw2";
}

export async function checked(
	kind: Kind,
	wrong: Wrong = {},
	asked: Asked = {},
	context: Partial<CheckContext> = {},
): Promise<Report> {
	const secret = secretOf(kind);
	const { handle, effects, ways } = receiverOf(kind, secret, wrong);
	const url = "http://receiver.localhost/webhooks";
	const plan = planOf(url, { ...kind.asked, secret, ...asked });
	return checkReceiver(handle, plan, {
		...{ effects, ways, clock: hastyClock() },
		...context,
	});
}

/** What is wrong or doubtful, by id. */
export function remarksOf({ results }: Report): readonly string[] {
	return results
		.filter(({ outcome }) => outcome !== "pass")
		.map(({ id }) => id);
}
