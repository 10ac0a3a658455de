import type { Attempt, Delivery } from "../../contract/records.ts";
import { acceptedWrongly } from "../../delivery/bad-signature.ts";
import { pinnedAt } from "../../engine/endpoints.ts";
import type { Engine } from "../../engine/engine.ts";
import { rounded } from "../../engine/entry-view.ts";
import type { Preview } from "../../engine/sending.ts";
import { fingerprint } from "../../fingerprint.ts";
import { version } from "../../generated/version.ts";
import {
	isPrintable,
	printableJson,
	shellComment,
	shellWord,
} from "../../printing.ts";
import { hidden } from "../../web-address.ts";
import { type Mask, showDelivery } from "./delivery-view.ts";
import { lastSent, pasted, textOf } from "./paste.ts";

export const exportFormats = {
	har: { write: har, type: "application/json" },
	curl: { write: curlScript, type: "text/plain" },
	ndjson: { write: ndjson, type: "application/x-ndjson" },
	...pasted,
} as const;

export function ndjson(deliveries: readonly Delivery[], mask: Mask): string {
	return deliveries
		.map((delivery) => ({ kind: "delivery", ...showDelivery(delivery, mask) }))
		.map((line) => `${printableJson(line)}\n`)
		.join("");
}

export function curlScript(
	deliveries: readonly Delivery[],
	mask: Mask,
): string {
	const lines = lastSent(deliveries, mask).flatMap(
		({ delivery: { id, event, body, attempts, sign = "" }, url, headers }) => [
			shellComment(`${id} ${event.provider} ${event.type}`),
			...(attempts.at(-1)?.wronglyAccepted
				? [shellComment(acceptedWrongly(sign))]
				: []),
			curlOf({ url, headers, body }),
		],
	);
	return ["#!/bin/sh", ...lines, ""].join("\n");
}

/** What curl adds of itself, and what stands for it here: nothing. */
const ofCurl = ["Accept", "Content-Type", "User-Agent"];

export function curlOf({
	url,
	headers,
	body,
}: Pick<Preview, "url" | "headers" | "body">): string {
	const given = Object.keys(headers).map((name) => name.toLowerCase());
	const lines = [
		...Object.entries(headers).map(([name, value]) =>
			// Without a value, curl takes a colon for "leave it out".
			value === "" ? `${name};` : `${name}: ${value}`,
		),
		...ofCurl
			.filter((name) => !given.includes(name.toLowerCase()))
			.map((name) => `${name}:`),
	].map((line) => ` -H ${shellWord(line)}`);
	// Brackets and braces mean ranges to curl, but not to a URL.
	const asIs = /[[\]{}]/.test(url) ? " -g" : "";
	const command = `curl${asIs} -X POST${lines.join("")} --data-binary`;
	// Linux hands on 128 KiB in one argument, and `@` names a file.
	const isArgument = body.length < 100_000 && body[0] !== 0x40;
	return isArgument && isText(body)
		? `${command} ${shellWord(Buffer.from(body).toString())} ${shellWord(url)}`
		: `${printed(body, false)} | ${command} @- ${shellWord(url)}`;
}

/** A line of shell that computes the signature again; undefined: there is none, or openssl cannot. */
export function opensslOf({
	recipe,
}: Pick<Preview, "recipe">): string | undefined {
	const [signature] = recipe?.signatures ?? [];
	const form = /^(hmac-)?(sha\d+)$/.exec(recipe?.algorithm ?? "");
	if (recipe === undefined || signature === undefined || form === null)
		return undefined;
	const [, isKeyed, name] = form;
	const content = printed(signature.content, isText(signature.content));
	const key = Buffer.from(signature.key).toString("hex");
	const by = isKeyed ? ` -mac HMAC -macopt hexkey:${key}` : "";
	const digest = `${content} | openssl dgst -${name}${by} -binary`;
	if (recipe.encoding === "base64") return `${digest} | openssl base64 -A`;
	const hex = `${digest} | od -An -v -tx1 | tr -d ' \\n'`;
	return recipe.encoding === "HEX" ? `${hex} | tr a-f A-F` : hex;
}

/** What the last attempt's signature is made of, by the secrets valid now: one for each secret. */
export function showSignatures(
	engine: Engine,
	delivery: Delivery,
	reveal: boolean,
) {
	const { event, endpoint: id, url, body, attempts } = delivery;
	const { provider, context, signer } = engine.session(event.provider);
	const attempt = attempts.at(-1);
	if (attempt === undefined) return [];
	const endpoint =
		provider.endpoint(id, context) ??
		pinnedAt(provider, url, event, context).pinned;
	const own = new Set(signer.headers.map((name) => name.toLowerCase()));
	const given = Object.entries(attempt.headers);
	const headers = Object.fromEntries(
		given.filter(([name]) => !own.has(name.toLowerCase())),
	);
	const { url: registered, secrets } = endpoint;
	const message = {
		...{ id: event.id, type: event.type, url: registered, method: "POST" },
		...{ headers, body, secrets, at: attempt.at },
	};
	if (secrets.length === 0) return [];
	const recipe = signer.recipe(message);
	if (recipe === undefined) return [];
	const signed = Object.entries(signer.sign(message));
	const { algorithm, header, encoding } = recipe;
	return recipe.signatures.map((each) => ({
		...{ algorithm, header, encoding },
		fingerprint: fingerprint(each.secret),
		sent: signed.every(([name, value]) => attempt.headers[name] === value),
		bytes: each.content.length,
		parts: each.parts.map(({ name, value }) => ({
			name,
			// A plain digest has the secret in its content.
			base64: Buffer.from(
				name === "secret" && !reveal ? hidden : value,
			).toString("base64"),
		})),
		...(reveal && {
			openssl: opensslOf({ recipe: { ...recipe, signatures: [each] } }),
		}),
	}));
}

function printed(bytes: Uint8Array, asText: boolean): string {
	const buffer = Buffer.from(bytes);
	return asText
		? `printf %s ${shellWord(buffer.toString())}`
		: `printf %s ${shellWord(buffer.toString("base64"))} | base64 -d`;
}

/** Whether a shell hands bytes on, and a terminal shows them, unharmed. */
function isText(bytes: Uint8Array): boolean {
	return isPrintable(textOf(bytes) ?? "\0");
}

/** HTTP Archive 1.2, an entry for each attempt: http://www.softwareishard.com/blog/har-12-spec/ */
export function har(deliveries: readonly Delivery[], mask: Mask): string {
	const entries = deliveries.flatMap((delivery) =>
		delivery.attempts.map((attempt) => entryOf(delivery, attempt, mask)),
	);
	const creator = { name: "localhook", version };
	return printableJson({ log: { version: "1.2", creator, entries } }, "  ");
}

function entryOf(delivery: Delivery, attempt: Attempt, mask: Mask) {
	const { id, body, sign = "" } = delivery;
	const { at, duration, headers, response, error, number } = attempt;
	const url = mask.url(attempt.url);
	const time = rounded(duration);
	const [, mimeType = "application/octet-stream"] =
		Object.entries(headers).find(([name]) => /^content-type$/i.test(name)) ??
		[];
	return {
		startedDateTime: new Date(at).toISOString(),
		time,
		request: {
			method: "POST",
			url,
			httpVersion: "HTTP/1.1",
			cookies: [],
			headers: named(Object.entries(mask.sent(delivery, headers))),
			queryString: named([...(URL.parse(url)?.searchParams ?? [])]),
			postData: { mimeType, ...contentOf(body) },
			headersSize: -1,
			bodySize: body.length,
		},
		response: {
			status: response?.status ?? 0,
			statusText: "",
			httpVersion: "HTTP/1.1",
			cookies: [],
			headers: named(Object.entries(mask.received(response?.headers ?? {}))),
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
		comment: [
			`${id} attempt ${number}`,
			...(attempt.wronglyAccepted ? [acceptedWrongly(sign)] : []),
			...(error === undefined ? [] : [error.message]),
		].join(": "),
	};
}

function contentOf(bytes: Uint8Array): { text: string; encoding?: "base64" } {
	const text = textOf(bytes);
	return text === undefined
		? { text: Buffer.from(bytes).toString("base64"), encoding: "base64" }
		: { text };
}

/** One after the other where a name came several times. */
function named(entries: readonly [string, string | string[]][]) {
	return entries.flatMap(([name, values]) =>
		[values].flat().map((value) => ({ name, value })),
	);
}
