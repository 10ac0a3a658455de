import type { AttemptError } from "../contract/records.ts";
import { connectionErrors } from "../generated/tables.ts";
import { RefusedAddress } from "./trust.ts";

const giveCa =
	"Give its certificate authority with --receiver-ca <file>, in TypeScript with receiverCa";
const maybeHttps =
	"Does the receiver listen for https? Then write https:// in its URL";
const sentences: Readonly<Record<string, string>> = connectionErrors;
const http2Only = connectionErrors.ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL;

/** How far a connection had come: it has carried answers before, or a byte of this answer has come. */
interface Progress {
	readonly reused: boolean;
	readonly heard: boolean;
}

/** Why there was no answer, for somebody who knows neither OpenSSL nor undici. The code stays in it, to be searched for. */
export function connectionError(
	error: Error,
	href: string,
	connection: Progress,
): AttemptError {
	if (error.cause instanceof Error)
		return connectionError(error.cause, href, connection);
	if (error instanceof RefusedAddress)
		return { code: "refused-receiver", message: error.message };
	// A name with two addresses gives one with an empty message of its own.
	if (error instanceof AggregateError && error.errors.length > 0) {
		const each = error.errors.map(
			(one: Error) => connectionError(one, href, connection).message,
		);
		return { code: "connection", message: [...new Set(each)].join("; ") };
	}
	return { code: "connection", message: reasonOf(error, href, connection) };
}

function reasonOf(
	error: Error,
	href: string,
	{ reused, heard }: Progress,
): string {
	const { code = "" } = error as NodeJS.ErrnoException;
	if (error.name === "HTTPParserError") return noHttp(error);
	if (error.message === "other side closed") {
		if (heard)
			return "the receiver closed the connection in the middle of its answer";
		const hint = reused || href.startsWith("https:") ? "" : `. ${maybeHttps}`;
		return `the receiver closed the connection without an answer${hint}`;
	}
	if (error.message === "bad upgrade")
		return "the receiver answered 101 Switching Protocols, which was not asked for";
	// `connect ECONNRESET` is of a connection that never was.
	const sentence = error.message.startsWith("connect ")
		? undefined
		: sentences[code]?.replace("<ca>", giveCa);
	if (sentence !== undefined) return `${sentence} (${code})`;
	if (code.startsWith("ERR_SSL_"))
		return `the receiver and localhook could not agree on TLS (${code})`;
	return error.message;
}

/** undici says what came in place of an answer. */
function noHttp({ message, data }: Error & { data?: string | null }): string {
	const start = Buffer.from(data ?? "", "latin1");
	// A TLS alert or handshake: https://www.rfc-editor.org/rfc/rfc8446#section-5.1
	if ((start[0] === 0x15 || start[0] === 0x16) && start[1] === 3)
		return "the receiver answers in TLS. Write https:// in its URL";
	// A SETTINGS frame comes first: https://www.rfc-editor.org/rfc/rfc9113#section-3.4
	if (start.length >= 9 && start[3] === 4 && start.readUInt32BE(5) === 0)
		return http2Only;
	return `the receiver's answer is not HTTP: ${message}`;
}
