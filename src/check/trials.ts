import { joined, textOf } from "../bytes.ts";
import { formatDuration } from "../duration.ts";
import { escaped } from "../explain/guesses/json-writers.ts";
import {
	type CheckId,
	type Context,
	harmed,
	type Run,
	right,
	taken,
	unknown,
	worked,
	wrong,
	wrongly,
} from "./checks.ts";
import { type Answer, saidBy, type Variation } from "./conversation.ts";
import { signatureTrials, signedAs } from "./signature-trials.ts";
import { trickyText } from "./subject.ts";

const kb = 1024;
const second = 1000;
/** Who answers first and works later has a queue, which tries again by itself. */
const queueDelay = 3 * second;
/** A provider that has more gets some of them, from the first to the last. */
const mostTypes = 30;

const newline = "a newline at the end";
const letters = "letters beyond ASCII";

const spaced = (body: string) =>
	isJson(body) ? JSON.stringify(JSON.parse(body), null, 2) : body;

const spellings: Readonly<Record<string, (body: string) => string>> = {
	"other spaces": spaced,
	[newline]: (body) => `${body}\n`,
	"other escapes": (body) =>
		/[\u0080-\uffff]/.test(body)
			? body.replaceAll(/[\u0080-\uffff]/g, escaped)
			: body
					.replaceAll(/\\u(?!00[01])([\da-f]{4})/gi, (_, code) =>
						String.fromCharCode(Number.parseInt(code, 16)),
					)
					.replaceAll(/([^\\])\//g, "$1\\/")
					.replace(
						/: ?"(\w)/,
						(before, letter) => before.slice(0, -1) + escaped(letter),
					),
	"numbers such as 10.0, 1e2 and 12345678901234567890": (body) =>
		body.replace(/\}(\s*)$/, ',"lhcheck":[10.0,1e2,12345678901234567890]}$1'),
	[letters]: (body) =>
		body.replace(/\}(\s*)$/, `,"lhcheck":"${trickyText}"}$1`),
};

/** The last of these at its top level alone: an event that is answered may have a status of its own. */
const saysFailed =
	/"(?:ok|success)" ?: ?false|"errors?" ?: ?(?!null|\[\]|false|"")|^\s*\{[^{}]*"(?:status|result)" ?: ?"(?:error|fail)/;

const isAccepted = ({ accepted }: Answer) => accepted;

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.1 */
const namedBy = (spelled: (name: string) => string): Variation => ({
	headers: (headers) =>
		Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [spelled(name), value]),
		),
});

const trials = {
	...signatureTrials,
	"header.case": taken(() => ({
		"names in lower case": namedBy((name) => name.toLowerCase()),
		"names in upper case": namedBy((name) => name.toUpperCase()),
	})),
	"dup.exact": worked(1, async ({ send }) => {
		const first = await send();
		const { sample, headers } = first;
		return [first, await send({ sample, headers: () => headers })];
	}),
	"dup.re-signed": worked(1, async ({ talk, send }) => {
		const first = await send({ signed: { at: talk.now() - 2 * second } });
		return [first, await send({ sample: first.sample })];
	}),
	async "dup.parallel"(context) {
		const { subject, send } = context;
		const same = { sample: subject.event(), atOnce: true } as const;
		// Two connections are open then, so that the two do arrive at once.
		await Promise.all([send({ atOnce: true }), send({ atOnce: true })]);
		return worked(1, () => Promise.all([send(same), send(same)]))(context);
	},
	async "dup.other-ids"(context) {
		const verdict = await worked(2, alike)(context);
		const { withoutId } = context.subject;
		if (verdict.is !== "right" || withoutId === undefined) return verdict;
		// Those that have no id differ in what they are about. Who does nothing with them does it twice.
		const { watch, send } = context;
		await send({ type: withoutId });
		await send({ type: withoutId });
		return (await watch?.moved(2)) === 1
			? wrong(`1 of 2 had an effect, of ${withoutId}, which carries no id`)
			: verdict;
	},
	async "retry.after-failure"({ talk, subject, watch, ways, blind }) {
		if (ways.fail === undefined)
			return unknown("no attempt failed (--fail-command, in TypeScript fail)");
		if (watch === undefined) return blind;
		await watch.clear();
		const hasFailed = await ways.fail().catch(messageOf);
		if (typeof hasFailed === "string")
			return unknown(`its work was not made to fail: ${hasFailed}`);
		const sample = subject.event();
		const first = await talk.send({ sample });
		const moved = first.accepted ? await watch.moved(1, queueDelay) : 0;
		const failed = hasFailed?.();
		if (failed === false || (moved > 0 && !failed))
			return unknown(`its work was not made to fail: ${first.said}`);
		if (first.accepted)
			return moved > 0
				? right()
				: wrong(
						`${first.said}, though its work failed: nobody sends it again, and it was not tried again within ${formatDuration(queueDelay)}`,
						// Who posts effects need not look whether that worked.
						failed,
					);
		let last = await talk.send({ sample });
		for (let again = 0; again < 2 && !last.accepted; again++)
			last = await talk.send({ sample });
		const got = `${first.said}, then ${last.said}`;
		if (!last.accepted && !/^4(?!08|25|29)/.test(last.said))
			return unknown(`it goes on failing: ${got}`);
		const isDone = (await watch.moved(1)) > 0;
		if (isDone) return last.accepted ? right() : unknown(`it works: ${got}`);
		return wrong(got + (last.accepted ? " without an effect" : ": it is lost"));
	},

	async "body.traps"({ talk, send, subject }) {
		const { text, facts, types, title } = subject;
		if (text !== undefined) {
			const own = await send({ change: text });
			if (!own.accepted) return wrongly(own, letters);
		}
		// A provider writes in one way. Another one is its own only if it says that the raw bytes count, or if nobody knows.
		const isRule =
			types.length === 0 || /raw/.test(facts.signature?.claim ?? "");
		const sample = subject.event();
		const longer = { body: joined([sample.body, "\n"]) };
		const signsEnd = talk.differs({ sample, signed: longer });
		for (const [what, rewrite] of Object.entries(spellings)) {
			if (what === newline && !signsEnd) continue;
			if (what === letters && text !== undefined) continue;
			const own = (body: string) => (isJson(body) ? rewrite(body) : body);
			const answer = await send({ rewrite: own });
			if (answer.accepted) continue;
			const got = `${saidBy(answer)} to ${what}`;
			return isRule
				? wrong(got)
				: wrong(`${got}; ${title} may not send such`, true);
		}
		return right();
	},
	async "body.size"({ talk, send, subject: { event, types, title } }) {
		const longest = Math.max(
			0,
			...types.map((type) => event({ type }).body.length),
		);
		const withText = (lhcheck: string, fault?: Variation["fault"]) =>
			send({ change: (body) => ({ ...body, lhcheck }), fault });
		const long = (size: number) =>
			withText("x".repeat(Math.max(0, size - event().body.length)));
		const inPieces = (text: string) =>
			withText(text, { kind: "slow-upload", over: 60 });
		const first = await long(longest);
		if (!first.accepted)
			return (await long(0)).accepted
				? wrongly(first, `a body of ${first.sample.body.length} bytes`)
				: unknown("a field that there is not yet is refused already");
		// Most of the ten pieces end in the middle of a letter.
		const letters = await inPieces("日本".repeat(200));
		if (!letters.accepted) {
			const isWhole = (await inPieces("x".repeat(1200))).accepted;
			// No charset has another space.
			const isRead = isWhole && !(await send({ rewrite: spaced })).accepted;
			const otherwise = isRead ? "body-reserialised" : "body-charset";
			const cause = isWhole ? otherwise : "body-cut";
			return { ...wrongly(letters, "a body that comes in pieces"), cause };
		}
		for (const size of [100, 1000]) {
			const { accepted, said } = await long(size * kb);
			if (accepted) continue;
			// Who reads no further closes the connection, now or in a moment.
			await talk.reconnect();
			return right(
				`${said} to ${size} kB, longer than any that ${title} documents`,
			);
		}
		return right();
	},

	async "event.each"({ send, subject: { types } }) {
		const step = Math.max(1, types.length / mostTypes);
		const asked = types.filter((_, i) => Math.floor(i % step) === 0);
		const bad: string[] = [];
		for (const type of asked) {
			const { accepted, said } = await send({ type });
			if (!accepted) bad.push(`${type} ${said}`);
		}
		const shown = bad.slice(0, 3).join(", ");
		if (bad.length > 0)
			return wrong(`${bad.length} of ${asked.length} types: ${shown}`);
		const all = `${asked.length} of ${types.length} types were sent`;
		return asked.length < types.length ? right(all) : right();
	},
	async "event.unknown"(context) {
		const sample = context.subject.unknownEvent();
		if (sample === undefined) return right("no delivery names its type");
		return taken(() => ({ "": { sample } }))(context);
	},
	"event.extra-fields": taken(() => ({
		"": { change: (payload) => ({ ...payload, lhcheck_extra: { a: [1] } }) },
	})),
	"event.nulls": taken(({ subject }) => ({ "": { change: subject.nulls } })),

	async "http.keep-alive"({ send, subject }) {
		for (let i = 0; i < 10; i++) {
			const answer = await send();
			if (!answer.accepted) return wrongly(answer, `request ${2 * i + 1}`);
			await send(signedAs(subject, "garbage"));
		}
		return right();
	},
	async "http.abort"({ send, watch, blind }) {
		await watch?.clear();
		await send({ fault: { kind: "cut-in-body" } });
		const moved = (await watch?.moved()) ?? 0;
		const next = await send();
		if (!next.accepted) return wrongly(next, "the next delivery");
		if (moved > 0) return harmed("half of a delivery had an effect");
		return watch === undefined ? blind : right();
	},
	async "http.get"({ send }) {
		const answer = await send({ method: "GET", headers: () => ({}) });
		// Bare servers say 501 of a method that they have no function for.
		return /^4|^501/.test(answer.said) ? right() : wrongly(answer);
	},
	async "resp.time"({ talk, send, subject: { timeout, title } }) {
		const late = `${title} waits ${formatDuration(timeout)}`;
		const isSilent = ({ error }: Answer) => error?.code === "timeout";
		// Who answers later on may have loaded things for the first one.
		const first = talk.answers.some(isAccepted) ? 1 : 0;
		const silent = talk.answers.slice(first).find(isSilent);
		if (silent !== undefined) return wrong(`${silent.said}; ${late}`);
		const isSlow = ({ duration }: Answer) => duration > timeout / 2;
		const slow = talk.answers.filter(isAccepted).find(isSlow);
		if (slow === undefined) return right();
		// The first one of its kind, or a busy machine, takes long once.
		const again = await send({ type: slow.sample.type });
		return isSlow(again)
			? wrong(`${formatDuration(again.duration)}, twice; ${late}`)
			: right();
	},
	async "resp.redirect"({ talk }) {
		const moved = talk.answers.find(({ said }) => said.startsWith("3"));
		if (moved === undefined) return right();
		const { location = "nowhere" } = moved.response?.headers ?? {};
		return wrong(`${moved.said} to ${location}`);
	},
	async "resp.error-body"({ talk }) {
		const all = talk.answers.filter(isAccepted);
		const failed = all.find(({ response }) =>
			saysFailed.test(textOf(response?.body ?? new Uint8Array())),
		);
		if (failed !== undefined) return wrong(saidBy(failed));
		const endless = all.find(({ response }) => response?.truncated);
		if (endless === undefined) return right();
		return wrong(`${endless.said} with more than 64 KiB behind it`);
	},
	async challenge({ send, subject: { handshake } }) {
		const answer = await send({ type: handshake?.event });
		if (answer.response === undefined) return wrong(answer.said);
		const problem = handshake?.problem(answer.response, answer.headers);
		return problem === undefined ? right() : wrong(problem);
	},
} satisfies Record<Exclude<CheckId, "reach" | "effect.some">, Run>;

/** What each check does; undefined: it is part of another one. */
export const runs: Readonly<Partial<Record<CheckId, Run>>> = trials;

const messageOf = ({ message }: Error) => message;

/** Two events that nothing but their ids tells apart. */
async function alike({ talk, send }: Context) {
	// Where the id is not signed, nothing but the time tells their signatures apart.
	const at = talk.now() - 2 * second;
	const first = await send({ alike: true, time: at, signed: { at } });
	return [first, await send({ alike: true })];
}

function isJson(text: string): boolean {
	return text.trimStart().startsWith("{");
}
