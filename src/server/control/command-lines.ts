import type { Delivery } from "../../contract/records.ts";
import type { Preview } from "../../engine/sending.ts";
import { isPrintable, shellComment, shellWord } from "../../printing.ts";
import type { Mask } from "../export/mask.ts";

/** What curl adds of itself, and what stands for it here: nothing. */
const ofCurl = ["Accept", "Content-Type", "User-Agent"];

/** A line of shell that sends the request byte for byte. */
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
	const command = `curl${asIs} -X POST${lines.join("")}`;
	return isArgument(body)
		? `${command} --data-binary ${shellWord(Buffer.from(body).toString())} ${shellWord(url)}`
		: `printf %s ${shellWord(Buffer.from(body).toString("base64"))} | base64 -d | ${command} --data-binary @- ${shellWord(url)}`;
}

/** A line of shell that computes the signature again; undefined: there is none, or openssl cannot. */
export function opensslOf({ recipe }: Preview): string | undefined {
	const [hmac] = recipe?.hmacs ?? [];
	if (recipe === undefined || hmac === undefined) return undefined;
	const content = isText(hmac.content)
		? `printf %s ${shellWord(Buffer.from(hmac.content).toString())}`
		: `printf %s ${shellWord(Buffer.from(hmac.content).toString("base64"))} | base64 -d`;
	const key = Buffer.from(hmac.secret).toString("hex");
	const digest = `${content} | openssl dgst -sha256 -mac HMAC -macopt hexkey:${key} -binary`;
	if (recipe.encoding === "base64") return `${digest} | base64`;
	const hex = `${digest} | od -An -v -tx1 | tr -d ' \\n'`;
	return recipe.encoding === "HEX" ? `${hex} | tr a-f A-F` : hex;
}

/** Whether curl takes it from the command line: Linux hands on 128 KiB in one argument, and `@` names a file. */
function isArgument(bytes: Uint8Array): boolean {
	return isText(bytes) && bytes[0] !== 0x40 && bytes.length < 100_000;
}

/** Whether a shell hands it on, and a terminal shows it, unharmed. */
function isText(bytes: Uint8Array): boolean {
	const text = Buffer.from(bytes).toString();
	return Buffer.from(text).equals(bytes) && isPrintable(text);
}

/** A shell script that sends the last attempt of each delivery again, byte for byte. */
export function curlScript(
	deliveries: readonly Delivery[],
	mask: Mask,
): string {
	const lines = deliveries.flatMap((delivery) => {
		const { id, event, body, attempts } = delivery;
		const last = attempts.at(-1);
		if (last === undefined) return [];
		const headers = Object.fromEntries(mask.sent(delivery, last.headers));
		const request = { url: mask.url(last.url), headers, body };
		return [
			shellComment(`${id} ${event.provider} ${event.type}`),
			curlOf(request),
		];
	});
	return ["#!/bin/sh", ...lines, ""].join("\n");
}
