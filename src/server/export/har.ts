import type { Attempt, Delivery } from "../../contract/records.ts";
import { version } from "../../generated/version.ts";
import { printableJson } from "../../printing.ts";
import type { Mask } from "./mask.ts";

/** HTTP Archive 1.2, an entry for each attempt: http://www.softwareishard.com/blog/har-12-spec/ */
export function har(deliveries: readonly Delivery[], mask: Mask): string {
	const entries = deliveries.flatMap((delivery) =>
		delivery.attempts.map((attempt) => entryOf(delivery, attempt, mask)),
	);
	const creator = { name: "localhook", version };
	return printableJson({ log: { version: "1.2", creator, entries } }, "  ");
}

function entryOf(delivery: Delivery, attempt: Attempt, mask: Mask) {
	const { id, body } = delivery;
	const { at, duration, headers, response, error, number } = attempt;
	const target = mask.url(attempt.url);
	const time = Math.round(duration * 1000) / 1000;
	return {
		startedDateTime: new Date(at).toISOString(),
		time,
		request: {
			method: "POST",
			url: target,
			httpVersion: "HTTP/1.1",
			cookies: [],
			headers: pairs(mask.sent(delivery, headers)),
			queryString: pairs([...(URL.parse(target)?.searchParams ?? [])]),
			postData: {
				mimeType: contentType(headers),
				...contentOf(body),
			},
			headersSize: -1,
			bodySize: body.length,
		},
		response: {
			status: response?.status ?? 0,
			statusText: "",
			httpVersion: "HTTP/1.1",
			cookies: [],
			headers: pairs(mask.received(response?.headers ?? {})),
			content: {
				size: response?.body.length ?? 0,
				mimeType: String(response?.headers["content-type"] ?? ""),
				...contentOf(response?.body ?? new Uint8Array()),
			},
			redirectURL: "",
			headersSize: -1,
			bodySize: response?.body.length ?? -1,
		},
		cache: {},
		timings: { send: 0, wait: time, receive: 0 },
		comment: `${id} attempt ${number}${error === undefined ? "" : `: ${error.message}`}`,
	};
}

function contentType(headers: Attempt["headers"]): string {
	const name = Object.keys(headers).find((each) =>
		/^content-type$/i.test(each),
	);
	return name === undefined
		? "application/octet-stream"
		: (headers[name] as string);
}

/** As text where that loses nothing, else in base64. */
function contentOf(bytes: Uint8Array): { text: string; encoding?: "base64" } {
	const buffer = Buffer.from(bytes);
	const text = buffer.toString();
	return Buffer.from(text).equals(buffer)
		? { text }
		: { text: buffer.toString("base64"), encoding: "base64" };
}

function pairs(entries: readonly (readonly [string, string])[]) {
	return entries.map(([name, value]) => ({ name, value }));
}
