import { textOf } from "../../bytes.ts";
import type { AttemptResponse, Delivery } from "../../contract/records.ts";
import { signatureHeader } from "./signature.ts";

/**
 * Why an answer does not pass the test of a webhook; undefined: it does.
 * https://docs.openformat.tech/architecture/notifications
 */
export function flawOf({ attempts, reason }: Delivery): string | undefined {
	const attempt = attempts.at(-1);
	if (attempt === undefined) return `no request was made: ${reason}`;
	if (attempt.response === undefined)
		return `no answer came: ${attempt.error?.message}`;
	return flawOfAnswer(attempt.response, attempt.headers[signatureHeader]);
}

function flawOfAnswer(
	{ status, headers, body }: AttemptResponse,
	sent: string | undefined,
): string | undefined {
	if (status < 200 || status > 299)
		return `the answer's status is ${status}, not 200`;
	const given = String(headers["content-type"] ?? "");
	const type = (given.split(";", 1)[0] as string).trim().toLowerCase();
	if (type !== "application/json") {
		return given === ""
			? "the answer has no content type; it must be application/json"
			: `the answer's content type is "${given}", not application/json`;
	}
	const answer = parse(body);
	if (answer === undefined) return "the answer's body is not a JSON object";
	if (!("challenge" in answer))
		return `the answer has no "challenge"; it must repeat the ${signatureHeader} header`;
	return answer.challenge === sent
		? undefined
		: `the answer's "challenge" is not the value of the ${signatureHeader} header that was sent`;
}

function parse(body: Uint8Array): object | undefined {
	try {
		const value: unknown = JSON.parse(textOf(body));
		return typeof value === "object" && value !== null && !Array.isArray(value)
			? value
			: undefined;
	} catch {
		return undefined;
	}
}
