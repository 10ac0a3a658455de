import { bytesOfBase64, bytesOfHex, hexOf } from "../bytes.ts";
import type { Message, Signer } from "../contract/signing.ts";
import { invalidOption, quoted } from "../errors.ts";
import { fingerprint } from "../fingerprint.ts";
import { type Language, sentence } from "./advice.ts";
import { type Age, ageOf } from "./age.ts";
import { type Mistake, mistake, mistakesOf } from "./before-asking.ts";
import { type Captured, field } from "./capture.ts";
import { type Explanation, explained } from "./explain.ts";
import {
	type Guess,
	type Headers,
	lowered,
	type OtherSecret,
	rightHeaders,
	signedBy,
	unsigned,
} from "./guess.ts";
import { guessesOf } from "./guesses/guesses.ts";
import { timeIn } from "./guesses/timestamp.ts";
import { otherUrls } from "./other-urls.ts";

export interface CaptureGiven {
	readonly captured: Captured;
	readonly signer: Signer;
	readonly secrets: readonly string[];
	readonly others?: readonly OtherSecret[];
	/** As it is registered at the provider, where that differs from what was captured. */
	readonly url?: string | undefined;
	/** What the receiver's code has computed, in any encoding. */
	readonly expected?: string | undefined;
	/** When the receiver got it, where the capture does not say so. */
	readonly at?: number | undefined;
	/** Epoch milliseconds. */
	readonly now: number;
	readonly secretNames?: readonly string[];
	readonly language?: Language | undefined;
}

export interface CapturedExplanation extends Explanation {
	/** It says what is wrong, or that nothing is. */
	readonly found: boolean;
}

/** What the signature of a captured request is right for, and what the receiver's own digest is of. Asks nobody. */
export function explainCaptured(given: CaptureGiven): CapturedExplanation {
	const { captured, signer, secrets, expected, language } = given;
	const value = field(captured.headers, signer.header);
	if (value === undefined)
		return said(sentence("unsigned", { header: signer.header }), false);
	const taken = messageOf(given);
	const { body, method } = captured;
	const headers = lowered(captured.headers);
	// How old it is does not make a signature wrong.
	const verify = (url: string, by = secrets) =>
		signer.verify({ headers, body, secrets: by, url, method });
	const verdict = verify(taken.url);
	const isOfUrl = signsUrl(signer, taken);
	const url =
		verdict.ok || !isOfUrl
			? taken.url
			: otherUrls(captured, taken.url).find((each) => verify(each).ok);
	const message = { ...taken, url: url ?? taken.url };
	const known = {
		signer,
		secrets: given.others ?? [],
		now: () => message.at,
		called: () => taken.url,
	};
	const guesses = guessesOf(known, message);
	const age = verdict.ok
		? ageOf(captured, signer, given.at, given.now)
		: undefined;
	if (expected !== undefined)
		return explainExpected(given, message, guesses, value, age);
	if (verdict.ok) {
		if (age?.heading) return untimely(age.heading, age.text);
		const right = secrets.filter((each) => verify(taken.url, [each]).ok);
		const others = secrets.filter((each) => !right.includes(each));
		const words = {
			url: isOfUrl ? `, the URL ${taken.url}` : "",
			by: secrets.length > 1 ? shownSecrets(given, right) : "this secret",
			age: age ? ` ${age.text}` : "",
			not:
				others.length === 0
					? ""
					: ` ${sentence("not-by", { secrets: shownSecrets(given, others) })}`,
		};
		return said(sentence("right", words));
	}
	if (message.url !== taken.url) {
		const words = { url: message.url, taken: taken.url };
		const about = sentence("other-url", words);
		const found = [mistake("url-other", about, language)];
		return said(sentence("not-right"), true, found);
	}
	const signs = (headers?: Headers) => shares(headers?.[signer.header], value);
	const found = guesses.filter((guess) =>
		signs(signedBy(guess, signer, message)),
	);
	if (found.length > 0) {
		const is = ({ what }: Guess) => `The signature is right for ${what}.`;
		const mistakes = mistakesOf(found, language, is);
		return said(sentence("not-right"), true, mistakes);
	}
	if (verdict.check !== "signature")
		return said(sentence("unread", { reason: verdict.reason }), false);
	const urlToo = isOfUrl ? ` ${sentence("url-too", { url: taken.url })}` : "";
	const words = { secrets: shownSecrets(given, secrets), urlToo };
	return said(sentence("right-for-none", words), false);
}

function untimely(heading: string, text: string): CapturedExplanation {
	const instead = sentence("untimely");
	return said(heading, true, [
		{ cause: "timestamp-age", sentence: text, instead, certain: true },
	]);
}

export function signsUrl(signer: Signer, message: Message): boolean {
	const [first] = signer.recipe(message)?.signatures ?? [];
	return first?.parts.some(({ name }) => name === "url") ?? false;
}

function shownSecrets(
	{ secrets, secretNames = [] }: CaptureGiven,
	some: readonly string[],
): string {
	return some
		.map((secret) => {
			const name = secretNames[secrets.indexOf(secret)];
			return `the secret${name ? ` in ${name}` : ""} (${fingerprint(secret)})`;
		})
		.join(", ");
}

export function messageOf({
	captured,
	signer,
	secrets,
	url,
	at,
}: CaptureGiven): Message {
	const { method, headers, body } = captured;
	const { timestampHeader = "" } = signer;
	const held = signer.held?.({ headers: lowered(headers), body });
	const sent = (field(headers, timestampHeader) ?? "")
		.split(/[,;\s=]/)
		.map(timeIn)
		.find((each) => !Number.isNaN(each));
	const host = field(headers, "host") ?? "localhost";
	const isWhole = /^https?:/.test(captured.url);
	return {
		id: held?.id ?? "",
		type: held?.type ?? "",
		url: url ?? (isWhole ? captured.url : `https://${host}${captured.url}`),
		method,
		headers: unsigned(headers, signer),
		body,
		secrets,
		at: sent ?? at ?? 0,
	};
}

function explainExpected(
	{ expected = "", signer, language }: CaptureGiven,
	message: Message,
	guesses: readonly Guess[],
	value: string,
	age: Age | undefined,
): CapturedExplanation {
	const wanted = tokensOf(expected).flatMap(readings);
	if (wanted.length === 0)
		throw invalidOption(
			`Invalid --expected ${quoted(expected)}: it is no digest in hex or base64. Give the whole signature that your code computes.`,
		);
	const isWanted = (text: string | undefined) =>
		tokensOf(text ?? "").some((token) =>
			readings(token).some((each) => wanted.includes(each)),
		);
	const { header } = signer;
	if (isWanted(value) && age?.heading) return untimely(age.heading, age.text);
	if (isWanted(value))
		return said(
			tokensOf(value).includes(expected.trim())
				? sentence("compares")
				: sentence("writes-otherwise", { header, value }),
		);
	if (isWanted(rightHeaders(signer, message)?.[header]))
		return said(sentence("code-right"));
	const found = guesses.filter((guess) =>
		isWanted(signedBy(guess, signer, message)?.[header]),
	);
	if (found.length === 0) return said(sentence("code-none"), false);
	const is = ({ what }: Guess) =>
		`Your code computes the signature of ${what}.`;
	const mistakes = mistakesOf(found, language, is);
	return said(sentence("code-mistake"), true, mistakes);
}

/** What a text stands for as a digest: hex or base64, either alphabet, padded or not. Empty: it is too short for one. */
function readings(text: string): readonly string[] {
	if (/^[0-9a-f]{32,128}$/i.test(text))
		return [text.toLowerCase(), hexOf(bytesOfBase64(text))];
	if (!/^[A-Za-z0-9+/_-]{20,90}={0,2}$/.test(text)) return [];
	const bytes = bytesOfBase64(text);
	// Base64 of hex digits stands for those.
	const inner = String.fromCharCode(...bytes);
	return [
		hexOf(bytes),
		...(/^[0-9a-f]+$/i.test(inner) ? [hexOf(bytesOfHex(inner))] : []),
	];
}

/** The digests within a header, without what stands before each. */
function tokensOf(value: string): string[] {
	return value
		.split(/[,;\s]+/)
		.flatMap((part) => [part, part.replace(/^[a-z]\w{0,9}[=,]/i, "")])
		.filter((part) => part.length >= 16);
}

function shares(text = "", value: string): boolean {
	const given = tokensOf(value);
	return tokensOf(text).some((token) => given.includes(token));
}

function said(
	heading: string,
	found = true,
	mistakes: readonly Mistake[] = [],
): CapturedExplanation {
	return { ...explained(heading, mistakes), found };
}
