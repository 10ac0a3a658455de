import {
	type CheckId,
	type Context,
	noProbe,
	type Run,
	right,
	saidBy,
	taken,
	unknown,
	warned,
	wrong,
} from "./checks.ts";
import type { Answer } from "./conversation.ts";
import type { Variation } from "./subject.ts";

const kb = 1024;
/** A provider that has more gets some of them, from the first to the last. */
const mostTypes = 30;
const hour = 3_600_000;

const newline = "a newline at the end";

/** JSON that means the same in other bytes. */
const spellings: Readonly<Record<string, (body: string) => string>> = {
	"other spaces": (body) => JSON.stringify(JSON.parse(body), null, 2),
	[newline]: (body) => `${body}\n`,
	"other escapes": (body) =>
		/[\u0080-\uffff]/.test(body)
			? body.replaceAll(/[\u0080-\uffff]/g, escaped)
			: body
					.replaceAll(/\\u(?!00[01])([\da-f]{4})/gi, (_, code) =>
						String.fromCharCode(Number.parseInt(code, 16)),
					)
					.replaceAll(/([^\\])\//g, "$1\\/")
					.replace(/: ?"(\w)/, escapedFirst),
	"numbers such as 10.0, 1e2 and 12345678901234567890": (body) =>
		body.replace(/\}(\s*)$/, ',"lhcheck":[10.0,1e2,12345678901234567890]}$1'),
};

function escaped(letter: string): string {
	return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function escapedFirst(before: string, letter: string): string {
	return before.slice(0, -1) + escaped(letter);
}

const sending =
	(variation: (context: Context) => Variation | undefined): Run =>
	async (context) =>
		taken(await context.talk.send(context.event(variation(context))));

/** One event that comes twice: both are accepted, and the work is done once. */
const twice =
	(send: (context: Context) => Promise<readonly Answer[]>): Run =>
	async (context) => {
		const { watch, subject } = context;
		await watch?.clear();
		const answers = await send(context);
		const bad = answers.find((answer) => !answer.accepted);
		if (bad !== undefined)
			return wrong(`${saidBy(bad)} to one of them, so it is sent again`);
		if (watch === undefined) return unknown(noProbe);
		const moved = await watch.moved();
		if (moved === 1) return right();
		if (moved === 0) return unknown("the event had no effect at all");
		const got = `${moved} effects of one event`;
		return subject.hasIds
			? wrong(got)
			: warned(
					`${got}; ${subject.title} sends no id, so keep a hash of the body`,
				);
	};

export const eventRuns = {
	async "body.traps"({ talk, event, subject }) {
		const { changes, facts, types, title } = subject;
		if (changes.text !== undefined) {
			const own = await talk.send(event({ change: changes.text }));
			if (!own.accepted) return taken(own, "letters beyond ASCII");
		}
		// A provider writes in one way. Another one is its own only if it says that the raw bytes count, or if nobody knows.
		const isRule =
			types.length === 0 || /raw/.test(facts.signature?.claim ?? "");
		for (const [what, rewrite] of Object.entries(spellings)) {
			if (what === newline && !talk.signsEnd(event())) continue;
			const own = (body: string) => (isJson(body) ? rewrite(body) : body);
			const answer = await talk.send(event({ rewrite: own }));
			if (answer.accepted) continue;
			const got = `${saidBy(answer)} to ${what}`;
			return isRule ? wrong(got) : warned(`${got}; ${title} may not send such`);
		}
		return right();
	},
	async "body.size"({ talk, event, subject: { types, title } }) {
		const longest = Math.max(
			0,
			...types.map((type) => event({ type }).body.length),
		);
		const long = (size: number) => {
			const lhcheck = "x".repeat(Math.max(0, size - event().body.length));
			return talk.send(event({ change: (body) => ({ ...body, lhcheck }) }));
		};
		const first = await long(longest);
		if (!first.accepted) return taken(first, `a body of ${longest} bytes`);
		for (const size of [100, 1000]) {
			const { accepted, said } = await long(size * kb);
			if (!accepted)
				return right(
					`${said} to ${size} kB, longer than any that ${title} documents`,
				);
		}
		return right();
	},
	async "event.each"({ talk, event, subject: { types } }) {
		const step = Math.max(1, types.length / mostTypes);
		const asked = types.filter((_, i) => Math.floor(i % step) === 0);
		const bad: string[] = [];
		for (const type of asked) {
			const { accepted, said } = await talk.send(event({ type }));
			if (!accepted) bad.push(`${type} ${said}`);
		}
		const shown = bad.slice(0, 3).join(", ");
		if (bad.length > 0)
			return wrong(`${bad.length} of ${asked.length} types: ${shown}`);
		const all = `${asked.length} of ${types.length} types were sent`;
		return asked.length < types.length ? right(all) : right();
	},
	async "event.unknown"({ talk, subject }) {
		const sample = subject.unknownEvent();
		if (sample === undefined) return right("no delivery names its type");
		return taken(await talk.send(sample));
	},
	"event.extra-fields": sending(() => ({
		change: (payload) => ({ ...payload, lhcheck_extra: { a: [1] } }),
	})),
	"event.nulls": sending(({ subject }) => ({ change: subject.changes.nulls })),
	"ts.event-time": sending(({ talk }) => ({ time: talk.now() - hour })),
	"dup.exact": twice(async ({ talk, event }) => {
		const sample = event();
		const first = await talk.send(sample);
		const same = { headers: () => first.headers };
		return [first, await talk.send(sample, same)];
	}),
	"dup.re-signed": twice(async ({ talk, event }) => {
		const sample = event();
		const earlier = { signed: { at: talk.now() - 2000 } };
		return [await talk.send(sample, earlier), await talk.send(sample)];
	}),
	"dup.parallel": twice(async ({ talk, event }) => {
		const sample = event();
		return Promise.all([talk.send(sample), talk.send(sample)]);
	}),
	async "dup.other-ids"({ talk, event, watch }) {
		await watch?.clear();
		// Where the id is not signed, nothing but the time tells their signatures apart.
		const at = talk.now() - 2000;
		const earlier = event({ alike: true, time: at });
		const answers = [
			await talk.send(earlier, { signed: { at } }),
			await talk.send(event({ alike: true })),
		];
		const bad = answers.find(({ accepted }) => !accepted);
		if (bad !== undefined) return taken(bad);
		if (watch === undefined) return unknown(noProbe);
		const moved = await watch.moved();
		return moved < 2 ? wrong(`${moved} of the 2 had an effect`) : right();
	},
	async "retry.after-failure"({ talk, event, watch, ways }) {
		if (ways.fail === undefined)
			return unknown("no attempt failed (--fail-command)");
		if (watch === undefined) return unknown(noProbe);
		await ways.fail();
		await watch.clear();
		const sample = event();
		const first = await talk.send(sample);
		if ((first.response?.status ?? 500) < 500)
			return unknown(`the command made no attempt fail: ${first.said}`);
		for (let again = 0; again < 3; again++) {
			const { accepted, said } = await talk.send(sample);
			if (!accepted) continue;
			return (await watch.moved()) > 0
				? right()
				: wrong(`${first.said}, then ${said} without an effect`);
		}
		return unknown(`it goes on failing: ${first.said}`);
	},
} satisfies Partial<Record<CheckId, Run>>;

function isJson(text: string): boolean {
	return text.trimStart().startsWith("{");
}
