import { createHmac } from "node:crypto";
import type { FetchHandler } from "../../src/receivers/receiver.ts";

/** How a receiver checks a signature, in parts, so that each can be got wrong. */
export interface Check {
	/** The header that it compares. */
	readonly header: string;
	/** The header that it reads the time from. */
	readonly timeHeader?: string;
	key(secret: string): Buffer;
	/** What is hashed. */
	content(body: Buffer, time: string): Buffer;
	encode(digest: Buffer): string;
	/** The signatures within the header's value. */
	read(value: string): readonly string[];
	/** Whether the time is near enough. */
	isFresh(time: string): boolean;
}

const text = (secret: string) => Buffer.from(secret);
const whole = (value: string) => [value];
const alone = (body: Buffer) => body;
const base64 = (digest: Buffer) => digest.toString("base64");

/** Each provider's check as it should be. */
export const rightChecks: Readonly<Record<string, Check>> = {
	prolific: {
		header: "x-prolific-request-signature",
		timeHeader: "x-prolific-request-timestamp",
		key: text,
		content: (body, time) => Buffer.concat([Buffer.from(time), body]),
		encode: base64,
		read: whole,
		isFresh: () => true,
	},
	spritz: {
		header: "signature",
		key: text,
		content: alone,
		encode: (digest) => digest.toString("hex"),
		read: whole,
		isFresh: () => true,
	},
	solvimon: {
		header: "x-payload-signature",
		timeHeader: "x-payload-signature-timestamp",
		key: text,
		content: (body, time) => Buffer.concat([Buffer.from(`${time}.`), body]),
		encode: (digest) => digest.toString("hex").toUpperCase(),
		read: (value) => value.split(",").map((each) => each.replace("v1=", "")),
		isFresh: () => true,
	},
	openformat: {
		header: "x-openformat-signature",
		key: text,
		content: alone,
		encode: base64,
		read: whole,
		isFresh: () => true,
	},
};

/** A receiver that makes the check, and answers 401 where it fails. */
export function receiverThat(
	check: Check,
	secretOf: () => string,
): FetchHandler {
	return async (request) => {
		const body = Buffer.from(await request.arrayBuffer());
		const time = request.headers.get(check.timeHeader ?? "date") ?? "";
		const digest = createHmac("sha256", check.key(secretOf()))
			.update(check.content(body, time))
			.digest();
		const given = check.read(request.headers.get(check.header) ?? "");
		const ok = given.includes(check.encode(digest)) && check.isFresh(time);
		return new Response(null, { status: ok ? 204 : 401 });
	};
}
