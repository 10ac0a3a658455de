import { bytesOfBase64, bytesOfHex, hexOf } from "../bytes.ts";
import type { Message, Signer } from "../contract/signing.ts";
import { formatDuration } from "../duration.ts";
import type { Language } from "./advice.ts";
import { type Mistake, mistakesOf } from "./before-asking.ts";
import { type Captured, field } from "./capture.ts";
import type { Explanation } from "./explain.ts";
import { type Guess, type OtherSecret, rightHeaders } from "./guess.ts";
import { guessesOf } from "./guesses/guesses.ts";
import { timeIn } from "./guesses/timestamp.ts";

export interface CaptureGiven {
	readonly captured: Captured;
	readonly signer: Signer;
	readonly secrets: readonly string[];
	readonly others?: readonly OtherSecret[];
	/** As it is registered at the provider, where that differs from what was captured. */
	readonly url?: string | undefined;
	/** What the receiver's code has computed, in any encoding. */
	readonly expected?: string | undefined;
	/** When the receiver got it. */
	readonly at?: number | undefined;
	readonly language?: Language | undefined;
}

export interface CapturedExplanation extends Explanation {
	/** It says what is wrong, or that nothing is. */
	readonly found: boolean;
}

/** What the signature of a captured request is right for, and what the receiver's own digest is of. Asks nobody. */
export function explainCaptured(given: CaptureGiven): CapturedExplanation {
	const { captured, signer, secrets, expected, at } = given;
	const value = field(captured.headers, signer.header);
	if (value === undefined)
		return said(
			[],
			`The request has no header ${signer.header}, so nobody has signed it, or a proxy has taken it out.`,
			false,
		);
	const message = messageOf(given);
	const received = {
		headers: Object.fromEntries(
			Object.entries(captured.headers).map(([name, each]) => [
				name.toLowerCase(),
				each,
			]),
		),
		body: captured.body,
		secrets,
		url: message.url,
		method: message.method,
	};
	// How old it is does not make a signature wrong.
	const verdict = signer.verify(received);
	const guesses = guessesOf(
		{
			signer,
			secrets: given.others ?? [],
			now: () => message.at,
		},
		message,
	);
	if (expected !== undefined)
		return explainExpected(given, message, guesses, value);
	if (verdict.ok) {
		const age =
			at === undefined
				? ""
				: ` It was signed ${formatDuration(Math.abs(at - message.at))} ${at < message.at ? "after" : "before"} that time.`;
		return said(
			[],
			`The signature is right, for these bytes and this secret.${age} If the receiver refuses it, it does not hash what came: give what it computes with --expected.`,
		);
	}
	const found = guesses.filter((guess) =>
		isSignedAs(guess, message, value, signer),
	);
	const moved =
		found.length === 0 ? otherTime(message, signer, value) : undefined;
	if (moved !== undefined)
		return said(
			[],
			`The signature is right for another time: ${signer.timestampHeader} says ${iso(message.at)}, and it was signed at ${iso(moved)}. Something has put another time into the request.`,
		);
	if (found.length > 0)
		return said(
			mistakesOf(
				found,
				given.language,
				({ what }) => `The signature is right for ${what}.`,
			),
			"The signature is not right for the request as it was captured.",
		);
	return said(
		[],
		`The signature is not right: ${verdict.reason}. It is right for none of the ways in which bodies, times and secrets are changed. It is by another secret, or the body is not what was sent: capture it before anything parses it.`,
		false,
	);
}

/** What was signed, as far as the capture says. */
export function messageOf({
	captured,
	signer,
	secrets,
	url,
	at,
}: CaptureGiven): Message {
	const { method, headers, body } = captured;
	const own = signer.headers.map((name) => name.toLowerCase());
	const id = signer.headers.find(
		(name) => name !== signer.header && name !== signer.timestampHeader,
	);
	const time =
		signer.timestampHeader === undefined
			? undefined
			: field(headers, signer.timestampHeader);
	const sent = time
		?.split(/[,;\s=]/)
		.map(timeIn)
		.find((each) => !Number.isNaN(each));
	const host = field(headers, "host") ?? "localhost";
	return {
		id: (id && field(headers, id)) ?? "",
		type: "",
		url:
			url ??
			(/^https?:/.test(captured.url)
				? captured.url
				: `https://${host}${captured.url}`),
		method,
		headers: Object.fromEntries(
			Object.entries(headers).filter(
				([name]) => !own.includes(name.toLowerCase()),
			),
		),
		body,
		secrets,
		at: sent ?? at ?? 0,
	};
}

/** What the receiver's own digest is of. */
function explainExpected(
	{ expected = "", signer, language }: CaptureGiven,
	message: Message,
	guesses: readonly Guess[],
	value: string,
): CapturedExplanation {
	const wanted = tokensOf(expected).flatMap(readings);
	const isWanted = (text: string | undefined) =>
		tokensOf(text ?? "").some((token) =>
			readings(token).some((each) => wanted.includes(each)),
		);
	if (isWanted(value))
		return said(
			[],
			tokensOf(value).includes(expected.trim())
				? "Your code computes what was sent, so it is the comparison that fails: look for white space, a prefix, or two types that are never equal."
				: `Your code computes the right digest, and writes it otherwise than ${signer.header} has it, which is ${value}. Write it so before comparing.`,
		);
	if (isWanted(rightHeaders(signer, message)?.[signer.header]))
		return said(
			[],
			"Your code computes what is right for the request as it was captured. What was sent is by another secret, or of another body.",
		);
	const found = guesses.filter((guess) =>
		isWanted(guess.sign(message)?.[signer.header]),
	);
	return found.length === 0
		? said(
				[],
				"Your code computes none of what localhook knows of this request. Look at the secret first, then at what is hashed, byte by byte.",
				false,
			)
		: said(
				mistakesOf(
					found,
					language,
					({ what }) => `Your code computes the signature of ${what}.`,
				),
				"Your code makes a mistake.",
			);
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

function isSignedAs(
	guess: Guess,
	message: Message,
	value: string,
	signer: Signer,
): boolean {
	const given = tokensOf(value);
	return tokensOf(guess.sign(message)?.[signer.header] ?? "").some((token) =>
		given.includes(token),
	);
}

/** Milliseconds around the time that is shown in which another one is looked for. */
const around = 3_600_000;

function otherTime(
	message: Message,
	signer: Signer,
	value: string,
): number | undefined {
	if (signer.timestampHeader === undefined) return undefined;
	const given = tokensOf(value);
	for (let shift = 1000; shift <= around; shift += 1000)
		for (const at of [message.at - shift, message.at + shift])
			if (
				tokensOf(
					rightHeaders(signer, { ...message, at })?.[signer.header] ?? "",
				).some((token) => given.includes(token))
			)
				return at;
	return undefined;
}

function said(
	mistakes: readonly Mistake[],
	heading: string,
	found = true,
): CapturedExplanation {
	const lines = mistakes.map(
		({ sentence, instead }) => `${sentence} ${instead}`,
	);
	return { mistakes, asked: 0, text: [heading, ...lines].join("\n"), found };
}

function iso(time: number): string {
	return new Date(time).toISOString();
}
