import { createHmac } from "node:crypto";
import { base64Of, hexOf, textOf } from "../bytes.ts";
import type { Message, Recipe, Signer } from "../contract/signing.ts";
import { tamper } from "../delivery/bad-signature.ts";
import type { Headers } from "../delivery/receiver-headers.ts";
import { createSigner } from "../signing/signer.ts";
import {
	type CheckId,
	type Context,
	noProbe,
	type Run,
	right,
	saidBy,
	unknown,
	type Verdict,
	warned,
	wrong,
} from "./checks.ts";
import { type Answer, type Deviation, Ended } from "./conversation.ts";
import type { Subject } from "./subject.ts";

const minute = 60_000;

/** Where signatures of others are. */
const github = createSigner({
	headers: { "X-Hub-Signature-256": "sha256={signatures}" },
});
const bare = createSigner({ headers: { Signature: "{signatures}" } });

/** Sends what a right receiver refuses. */
async function refused(
	{ talk, event, watch, refusals }: Context,
	deviation: Deviation,
): Promise<Verdict> {
	await watch?.clear();
	const sample = event();
	if (!talk.differs(sample, deviation))
		return unknown("its signature is not made with this");
	const answer = await talk.send(sample, deviation);
	if (!answer.accepted) {
		refusals.push(answer);
		return right();
	}
	if (watch === undefined)
		return warned(
			`accepted with ${saidBy(answer)}; whether it does the work is not seen (--probe)`,
		);
	return (await watch.moved()) > 0
		? wrong(`accepted with ${saidBy(answer)}, and it did the work`)
		: right("2xx to some, without an effect");
}

const forged =
	(deviation: (subject: Subject) => Deviation): Run =>
	(context) =>
		refused(context, deviation(context.subject));

/** With another value in the header of the signature. */
const valued = (change: (value: string) => string) =>
	forged(({ signer }) => ({
		headers: (headers, message) =>
			Object.fromEntries(
				Object.entries(headers).map(([name, value]) =>
					isSignature(name, signer, message)
						? [name, change(value)]
						: [name, value],
				),
			),
	}));

/** The header of the signature, or the one in which a mistaken receiver expects it. */
function isSignature(
	name: string,
	{ header, headers }: Signer,
	message: Message,
): boolean {
	const isOwn = headers.includes(name) || Object.hasOwn(message.headers, name);
	return name === header || !isOwn;
}

const keyed = (key: string): Run =>
	forged(() => ({ signed: { secrets: [key] } }));

/** The same content and key, by another digest. */
const digested = (digest: "sha1" | "md5") =>
	forged(({ signer }) => ({
		headers(headers, message) {
			const recipe = signer.recipe(message);
			const value = headers[signer.header] ?? "";
			const [own = "", other = ""] = [hashOf(recipe), digest].map(
				(name) => digestsIn(recipe, name)[0]?.[recipe?.encoding ?? "hex"],
			);
			// Signed as a mistaken receiver expects, the value may hold no such digest.
			const changed =
				own !== "" && value.includes(own) ? value.replace(own, other) : other;
			return {
				...unsigned(headers, signer, message),
				...signer.sign(message),
				[signer.header]: changed,
			};
		},
	}));

const timed =
	(by: number): Run =>
	async (context) => {
		const { talk, subject } = context;
		const signed = { at: talk.now() + by };
		const verdict = await refused(context, { signed });
		if (verdict.is !== "wrong" || subject.facts["timestamp.tolerance"])
			return verdict;
		return warned(`${verdict.got}. ${subject.title} names no tolerance`);
	};

export const signatureRuns = {
	async "verify.first"({ talk, event, watch, subject, refusals }) {
		if (watch === undefined) return unknown(noProbe);
		await watch.clear();
		const { header } = subject.signer;
		const answer = await talk.send(event(), {
			headers: (headers) => ({ ...headers, [header]: "garbage" }),
		});
		const moved = (await watch.moved()) > 0;
		// What accepts it is another check's.
		if (answer.accepted) return right();
		refusals.push(answer);
		return moved
			? wrong(`refused with ${saidBy(answer)}, but it did the work`)
			: right();
	},
	"sig.none": forged(({ signer }) => ({
		headers: (headers, message) => unsigned(headers, signer, message),
	})),
	"sig.wrong-secret": forged(({ signer }) => ({
		signed: { secrets: [signer.neverIssued] },
	})),
	"sig.tampered"(context) {
		const sample = context.event();
		const sent = { ...sample, body: altered(sample.body) };
		const deviation = { signed: { body: sample.body } };
		return refused({ ...context, event: () => sent }, deviation);
	},
	"sig.garbage": valued(() => "garbage"),
	"sig.truncated": valued((value) =>
		value.slice(0, Math.ceil(value.length / 2)),
	),
	"sig.empty": valued(() => ""),
	"sig.other-provider": forged(({ signer }) => ({
		headers: (headers, message) => ({
			...unsigned(headers, signer, message),
			...(/^x-hub/i.test(signer.header) ? bare : github).sign(message),
		}),
	})),
	"sig.empty-key": keyed(""),
	"sig.undefined-key": keyed("undefined"),
	"sig.sha1": digested("sha1"),
	"sig.md5": digested("md5"),
	async "sig.status"({ talk, event, subject, refusals }) {
		const { header } = subject.signer;
		const answer = await talk.send(event(), {
			headers: (headers) => ({ ...headers, [header]: "garbag\u00e9" }),
		});
		if (!answer.accepted) refusals.push(answer);
		const bad = refusals.find(({ response }) => {
			const status = response?.status ?? 500;
			return status < 400 || status >= 500;
		});
		if (bad === undefined) return right();
		const value = bad.headers[header];
		return wrong(
			`${saidBy(bad)} to ${value === undefined ? "no signature" : `the signature ${JSON.stringify(value.slice(0, 20))}`}`,
		);
	},
	async "sig.leak"({ subject, refusals }) {
		for (const answer of refusals) {
			const leak = leakIn(answer, subject);
			if (leak !== undefined) return wrong(`its ${answer.said} holds ${leak}`);
		}
		return right();
	},
	async "sig.lock-out"({ talk, event, refusals }) {
		const first = await talk.send(event());
		// A connection on which a refused body was not read to its end is another check's.
		const answer = first.accepted ? first : await talk.send(event());
		if (answer.accepted) return right();
		const got = `${saidBy(answer)} to a right delivery, after ${refusals.length} wrong ones`;
		throw new Ended("down", got);
	},
	"ts.stale": timed(-10 * minute),
	"ts.future": timed(10 * minute),
} satisfies Partial<Record<CheckId, Run>>;

/** Another letter at the end of a text: it is still JSON. */
function altered(body: Uint8Array): Uint8Array {
	const text = Buffer.from(body).toString("latin1");
	const at = [...text.matchAll(/[b-yB-Y2-7](?="\s*[,}\]])/g)].at(-1)?.index;
	const changed = Buffer.from(body);
	if (at === undefined) return tamper(body);
	changed[at] = (changed[at] ?? 0) ^ 1;
	return changed;
}

function unsigned(headers: Headers, signer: Signer, message: Message): Headers {
	return Object.fromEntries(
		Object.entries(headers).filter(
			([name]) =>
				!signer.headers.includes(name) && !isSignature(name, signer, message),
		),
	);
}

/** The secret or a right signature in an answer; undefined: neither is there. */
function leakIn(
	{ response, message, headers }: Answer,
	{ signer, secret }: Subject,
): string | undefined {
	if (response === undefined) return undefined;
	const fields = Object.values(response.headers).flat();
	const said = [textOf(response.body), ...fields].join("\n");
	const text = said.replaceAll("\\/", "/");
	if (text.includes(secret)) return "the secret";
	const recipe = signer.recipe({ ...message, secrets: [secret] });
	const sent = Object.values(headers).join("\n");
	const isThere = digestsIn(recipe, hashOf(recipe))
		.flatMap((digest) => Object.values(digest))
		.some((each) => text.includes(each) && !sent.includes(each));
	return isThere ? "the signature that would have been right" : undefined;
}

/** `sha256` of `hmac-sha256`; undefined: it is none. */
function hashOf(recipe: Recipe | undefined): string | undefined {
	return /^hmac-(\w+)$/.exec(recipe?.algorithm ?? "")?.[1];
}

function digestsIn(
	recipe: Recipe | undefined,
	name: string | undefined,
): Record<Recipe["encoding"], string>[] {
	if (recipe === undefined || name === undefined) return [];
	return recipe.signatures.map(({ key, content }) => {
		const bytes = createHmac(name, key).update(content).digest();
		const hex = hexOf(bytes);
		return { hex, HEX: hex.toUpperCase(), base64: base64Of(bytes) };
	});
}
