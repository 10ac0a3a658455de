import type { Message } from "../../contract/signing.ts";
import {
	type Guess,
	type Known,
	type Otherwise,
	rightHeaders,
	withPart,
} from "../guess.ts";

const forms: Readonly<Record<string, (time: number) => string>> = {
	"in milliseconds": (time) => String(time),
	"in seconds": (time) => String(Math.floor(time / 1000)),
	"as an ISO date with milliseconds": iso,
	"as an ISO date": (time) => `${iso(time).slice(0, 19)}Z`,
	"as an ISO date with +00:00": (time) => `${iso(time).slice(0, 19)}+00:00`,
	"as an ISO date without a zone": (time) => iso(time).slice(0, 19),
	"in seconds with a fraction": (time) => (time / 1000).toFixed(1),
	"as an HTTP date": (time) => new Date(time).toUTCString(),
};

const hour = 3_600_000;
/** Where most receivers are, in hours from UTC, the likeliest first. A zone lies on the other side too. */
const commonZones = [1, 2, 5, 4, 8, 7, 5.5, 9, 10, 3, 6];

export function guessTimestamp(known: Known, sample: Message): Guess[] {
	const { signer, now } = known;
	const { zone = -new Date(now()).getTimezoneOffset() * 60_000 } = known;
	const header = signer.timestampHeader;
	const sent = rightHeaders(signer, sample) ?? {};
	if (header === undefined || sent[header] === undefined) return [];
	const own = header === signer.header ? "the time in it" : header;
	const text = textOf(sample);
	const unit = Object.keys(forms).find(
		(name) => forms[name]?.(timeIn(text)) === text,
	);
	const words = { timeHeader: own, timeUnit: (unit ?? "").replace("in ", "") };

	function textOf(message: Message): string {
		const parts = signer.recipe(message)?.signatures[0]?.parts ?? [];
		const part = parts.find(({ name }) => name === "timestamp");
		return String(part?.value ?? "");
	}
	/** Hashes another text for the time, and leaves what is sent. */
	const hashed = (
		text: (message: Message) => string | undefined,
	): Otherwise => ({
		content(parts, message) {
			const other = text(message);
			return other === undefined
				? undefined
				: withPart(parts, "timestamp", other);
		},
	});
	/** Sends and hashes another text for the time. */
	const shown = (write: (time: number) => string): Otherwise => ({
		content: (parts, { at }) => withPart(parts, "timestamp", write(at)),
		headers: (sent, message) => ({
			[header]: (sent[header] ?? "").replace(
				textOf(message),
				write(message.at),
			),
		}),
	});
	/** What was signed a moment ago is signed now: who reads milliseconds may tolerate few of them. */
	const recent = ({ at }: Message) => ({
		at: Math.abs(now() - at) < 4000 ? now() : at,
	});
	/** Another time by the provider's own rule. */
	const at = (time: (sent: number) => number): Otherwise => ({
		message: (message) => ({ at: time(message.at) }),
	});
	/** Who accepts one of a day before as well does not look at it: what is no number to it is never too old. */
	const inForm = (
		write: (time: number) => string,
		message?: Otherwise["message"],
	) => ({
		isStrict: true,
		...shown(write),
		...(message && { message }),
		control: shown((time) => write(time - 24 * hour)),
	});
	const others = Object.entries(sent).filter(
		([name, value]) =>
			name !== header && name !== signer.header && !Number.isNaN(timeIn(value)),
	);
	const zones = [zone, ...commonZones.map((hours) => hours * hour)];
	const shifts = new Set(zones.flatMap((each) => [each, -each]));
	shifts.delete(0);
	const guesses: Omit<Guess, "words">[] = [
		...Object.entries(forms).map(([form, write], i) => ({
			cause: "timestamp-format" as const,
			what: `the time ${form}`,
			rare: i > 3,
			...hashed((message) => write(timeIn(textOf(message)))),
		})),
		...others.map(([name]) => ({
			cause: "timestamp-header" as const,
			what: `the time of ${name}, not of ${own}`,
			...hashed(({ headers }) => headers[name]),
		})),
		{
			cause: "timestamp-own",
			what: "its own time in place of the one that was sent",
			atSecond: true,
			...hashed((message) => textOf({ ...message, at: now() })),
			control: hashed((message) => textOf({ ...message, at: now() - 20_000 })),
		},
		...Object.entries(forms)
			.slice(0, 4)
			.map(([form, write], i) => ({
				cause: "timestamp-unit" as const,
				what: `the time for one ${form}`,
				...inForm(write, i === 0 ? recent : undefined),
			})),
		// A date in milliseconds, compared with seconds, is right in the year 1970, and the other way round far ahead.
		...(/\D/.test(text) ? [1 / 1000, 1000] : []).map((by) => ({
			cause: "timestamp-unit" as const,
			verb: "compares",
			what: `the time in ${by < 1 ? "milliseconds with its own in seconds" : "seconds with its own in milliseconds"}`,
			...inForm((time) => iso(time * by)),
		})),
		{
			cause: "timestamp-tolerance",
			what: "a signature within a fraction of a second after its time alone",
			rare: true,
			atSecond: true,
			...at(now),
			control: at(() => now() - 3000),
		},
		...[...shifts].map((shift) => ({
			cause: "timestamp-zone" as const,
			what: `the time for one of its own time zone, which is ${Math.abs(shift / 60_000)} minutes from UTC`,
			rare: Math.abs(shift) !== Math.abs(zone),
			...at((sent) => sent + shift),
		})),
	];
	return guesses.map((guess) => ({ ...guess, words }));
}

/** Milliseconds, of seconds, milliseconds or an ISO date; NaN: it is no time. */
export function timeIn(text: string): number {
	if (/^\d{9,10}$/.test(text)) return Number(text) * 1000;
	if (/^\d{12,13}$/.test(text)) return Number(text);
	return /^\d{4}-\d\d-\d\dT[\d:.]{5,16}(?:Z|[+-]\d\d:\d\d)?$/.test(text)
		? Date.parse(text)
		: Number.NaN;
}

export function iso(time: number): string {
	return Number.isNaN(time) ? "" : new Date(time).toISOString();
}
