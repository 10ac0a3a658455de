import {
	base64Of,
	bytesOf,
	bytesOfBase64,
	joined,
	textOf,
} from "../../bytes.ts";
import type { Message } from "../../contract/signing.ts";
import { advice } from "../../generated/advice.ts";
import { parsedJson } from "../../json.ts";
import { type Row, replacedBy } from "../advice.ts";
import { type Guess, type Known, withPart } from "../guess.ts";
import { writtenBy } from "./json-writers.ts";

/** What a receiver takes for the body; undefined: it cannot be of this one. */
type Misreading = (body: Uint8Array) => string | Uint8Array | undefined;

const ways = {
	pythonBytes,
	base64: base64Of,
	/** https://nodejs.org/api/buffer.html#buftojson */
	buffer: (body) => JSON.stringify({ type: "Buffer", data: [...body] }),
	string: (body) => JSON.stringify(textOf(body)),
	newline: (body) => joined([body, "\n"]),
	// No expression for its end, which would start at each space anew.
	trimmed: (body) =>
		textOf(body)
			.replace(/^[ \t\r\n]+/, "")
			.trimEnd(),
	crLf: (body) => joined([body, "\r\n"]),
	latin1,
	// The low byte of each UTF-16 unit.
	binary: (body) =>
		Uint8Array.from(textOf(body).split(""), (unit) => unit.charCodeAt(0)),
	decoded: (body) => new TextDecoder().decode(body),
	ascii: (body) => body.filter((byte) => byte < 0x80),
	firstLine: (body) => {
		const end = body.slice(0, -1).indexOf(0x0a);
		return end === -1 ? undefined : body.subarray(0, end);
	},
	same: (body) => body,
} satisfies Readonly<Record<NonNullable<Row<"Body">["how"]>, Misreading>>;

type Misread = Pick<Guess, "cause" | "what" | "rare" | "bodies"> & {
	of: Misreading;
};

/** Their base64 is a number in JSON, which is what comes behind a signature of base64. */
const numbersInBase64 = ["12345678", "87654321"].map(bytesOfBase64);

const misreadings: readonly Misread[] = [
	...(advice.writers as readonly Row<"Writer">[]).map(
		(writer): Misread => ({
			cause: "body-reserialised",
			what: `JSON that was read and written anew, as by ${writer.by}`,
			rare: writer.rare,
			of: ofJson((text) => writtenBy(writer, text)),
		}),
	),
	...(advice.body as readonly Row<"Body">[]).map((row) => ({
		...row,
		of(body: Uint8Array) {
			const { text, first, how } = row;
			if (how !== undefined) return ways[how](body);
			if (first === undefined) return text ?? replacedBy(row, textOf(body));
			return body.length > first ? body.subarray(0, first) : undefined;
		},
	})),
	{
		cause: "body-text",
		what: "the body in base64, as AWS Lambda has it",
		bodies: numbersInBase64 as [Uint8Array, Uint8Array],
		of: base64Of,
	},
];

/** What is taken for the body. @param sample what the body holds of its own is looked up in it */
export function guessBody({ signer }: Known, sample: Message): Guess[] {
	const members = membersOf(sample.body).map(
		(name): Misread => ({
			cause: "body-cut",
			what: `the body's ${JSON.stringify(name)} alone`,
			of: ofJson((text) => {
				const member = (JSON.parse(text) as Record<string, unknown>)[name];
				return typeof member === "object" ? JSON.stringify(member) : text;
			}),
			rare: true,
		}),
	);
	return [...misreadings, ...members].map(({ of, ...guess }) => ({
		...guess,
		content(_, message, { secret }) {
			const read = of(message.body);
			if (read === undefined) return undefined;
			const body = bytesOf(read);
			// What else is made of the body is made of this one.
			const recipe = signer.recipe({ ...message, body, secrets: [secret] });
			const parts = recipe?.signatures[0]?.parts;
			return parts && withPart(parts, "body", body);
		},
	}));
}

const mostMembers = 6;

function membersOf(body: Uint8Array): string[] {
	return Object.entries(Object(parsedJson(textOf(body))))
		.filter(([, member]) => Object.keys(Object(member)).length > 1)
		.map(([name]) => name)
		.slice(0, mostMembers);
}

function ofJson(write: (text: string) => string): Misreading {
	return (body) => {
		try {
			const text = textOf(body);
			JSON.parse(text);
			return write(text);
		} catch {
			// It is no JSON, or nested too deep.
			return undefined;
		}
	};
}

/** Not `TextDecoder`, whose Latin-1 is Windows-1252. */
function latin1(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** https://docs.python.org/3/library/stdtypes.html#bytes */
function pythonBytes(body: Uint8Array): string {
	const text = latin1(body);
	const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
	const names: Readonly<Record<string, string>> = {
		"\n": "\\n",
		"\r": "\\r",
		"\t": "\\t",
		"\\": "\\\\",
	};
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it writes as escapes
	const escaped = text.replaceAll(/[\0-\x1f\\\x7f-\xff]/g, (letter) => {
		const code = letter.charCodeAt(0).toString(16).padStart(2, "0");
		return names[letter] ?? `\\x${code}`;
	});
	const inner = escaped.replaceAll(quote, `\\${quote}`);
	return `b${quote}${inner}${quote}`;
}
