import { textOf } from "../bytes.ts";
import { formatDuration } from "../duration.ts";
import {
	type CheckId,
	type Context,
	noProbe,
	type Run,
	right,
	saidBy,
	taken,
	unknown,
	type Verdict,
	wrong,
} from "./checks.ts";

const accepts = async ({ talk }: Context) =>
	talk.answers.filter(({ accepted }) => accepted);

const saysFailed =
	/"(?:ok|success)" ?: ?false|"errors?" ?: ?(?!null|\[\]|false|"")/;

export const httpRuns = {
	/** https://www.rfc-editor.org/rfc/rfc9110#section-5.1 */
	async "header.case"({ talk, event }) {
		for (const what of ["lower", "upper"]) {
			const answer = await talk.send(event(), {
				headers: (headers) =>
					Object.fromEntries(
						Object.entries(headers).map(([name, value]) => [
							what === "lower" ? name.toLowerCase() : name.toUpperCase(),
							value,
						]),
					),
			});
			if (!answer.accepted) return taken(answer, `names in ${what} case`);
		}
		return right();
	},
	async "http.keep-alive"({ talk, event, subject: { signer } }) {
		for (let i = 0; i < 10; i++) {
			const answer = await talk.send(event());
			if (!answer.accepted) return taken(answer, `request ${2 * i + 1}`);
			await talk.send(event(), {
				headers: (headers) => ({ ...headers, [signer.header]: "garbage" }),
			});
		}
		return right();
	},
	async "http.abort"({ talk, event, watch }) {
		await watch?.clear();
		await talk.send(event(), { fault: { kind: "cut-in-body" } });
		const moved = (await watch?.moved()) ?? 0;
		const next = await talk.send(event());
		if (!next.accepted) return taken(next, "the next delivery");
		if (moved > 0) return wrong("half of a delivery had an effect");
		return watch === undefined ? unknown(noProbe) : right();
	},
	async "http.get"({ talk, event }) {
		const get = { method: "GET", headers: () => ({}) } as const;
		const answer = await talk.send(event(), get);
		const status = answer.response?.status ?? 500;
		const isRefused = (status >= 400 && status < 500) || status === 501;
		return isRefused ? right() : wrong(saidBy(answer));
	},
	async "resp.time"(context) {
		const { timeout, title } = context.subject;
		const durations = (await accepts(context)).map(({ duration }) => duration);
		const slowest = Math.max(...durations);
		if (slowest <= timeout / 2) return right();
		return wrong(
			`${formatDuration(slowest)} at worst; ${title} waits ${formatDuration(timeout)}`,
		);
	},
	async "resp.redirect"({ talk }) {
		const moved = talk.answers.find(
			({ response: { status = 0 } = {} }) => status >= 300 && status < 400,
		);
		if (moved === undefined) return right();
		const { location = "nowhere" } = moved.response?.headers ?? {};
		return wrong(`${moved.said} to ${location}`);
	},
	async "resp.error-body"(context) {
		const all = await accepts(context);
		const failed = all.find(({ response }) =>
			saysFailed.test(textOf(response?.body ?? new Uint8Array())),
		);
		if (failed !== undefined) return wrong(saidBy(failed));
		const endless = all.find(({ response }) => response?.truncated);
		if (endless === undefined) return right();
		return wrong(`${endless.said} with more than 64 KiB behind it`);
	},
	async challenge({ talk, event, subject: { handshake } }) {
		const answer = await talk.send(event({ type: handshake?.event }));
		if (answer.response === undefined) return wrong(answer.said);
		const problem = handshake?.problem(answer.response, answer.headers);
		return problem === undefined ? right() : wrong(problem);
	},
	async "ts.old20s"({ talk, event }) {
		const at = talk.now() - 20_000;
		return taken(await talk.send(event({ time: at }), { signed: { at } }));
	},
	async "roll.both-orders"({ talk, event, subject: { secret, signer } }) {
		const [own, other] = [secret, signer.neverIssued];
		for (const [place, secrets] of [
			["first", [own, other]],
			["second", [other, own]],
		] as const) {
			const answer = await talk.send(event(), { signed: { secrets } });
			if (!answer.accepted)
				return taken(answer, `a header with its own signature as the ${place}`);
		}
		return right();
	},
	"roll.new": (context) => renewed(context, true),
	"roll.old-after-24h": (context) => renewed(context, false),
	"replace.old": (context) => renewed(context, false),
} satisfies Partial<Record<CheckId, Run>>;

/** Receivers that have been started anew. */
const anew = new WeakSet<Context["ways"]>();

/** A delivery by the next secret or by the old one, to a receiver that was started anew with the next one alone. */
async function renewed(context: Context, isNew: boolean): Promise<Verdict> {
	const { talk, event, ways, subject, watch } = context;
	const { secret, nextSecret } = subject;
	if (!talk.differs(event(), { signed: { secrets: [nextSecret] } }))
		return unknown("its signature is made with none of the two");
	if (ways.restart !== undefined) {
		if (!anew.has(ways)) await ways.restart(nextSecret);
		anew.add(ways);
	} else if (!isNew || !ways.knowsNext)
		return unknown("the receiver keeps its secret (-- <command>)");
	await watch?.clear();
	const secrets = [isNew ? nextSecret : secret];
	const answer = await talk.send(event(), { signed: { secrets } });
	if (isNew) return taken(answer);
	const isDone = watch === undefined || (await watch.moved()) > 0;
	return answer.accepted && isDone
		? wrong(`accepted with ${saidBy(answer)}`)
		: right();
}
