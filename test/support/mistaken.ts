import { createHmac } from "node:crypto";
import type { Receiver } from "./refused.ts";

/** How a receiver checks a signature, in parts, so that each can be got wrong. */
export interface Check {
	/** The header that it compares. */
	readonly header: string;
	/** The time as it is signed, of all the headers. */
	time(header: (name: string) => string): string;
	key(secret: string): Buffer;
	/** What is hashed. */
	content(body: Buffer, time: string, id: string, now: number): string | Buffer;
	digest(key: Buffer, content: string | Buffer): Buffer;
	encode(digest: Buffer): string;
	/** The signatures within the header's value. */
	read(value: string): readonly string[];
	/** Whether the time is near enough. */
	isFresh(time: string, now: number): boolean;
	/** What it does once the signature is right, with what it took for the body. */
	act(body: Buffer): number;
}

const common = {
	key: (secret: string) => Buffer.from(secret),
	time: () => "",
	content: (body: Buffer): string | Buffer => body,
	digest: (key: Buffer, content: string | Buffer) =>
		createHmac("sha256", key).update(content).digest(),
	encode: (digest: Buffer) => digest.toString("base64"),
	read: (value: string): readonly string[] => [value],
	isFresh: () => true,
	act: () => 204,
};
const hex = (digest: Buffer) => digest.toString("hex");

/** Each provider's check as it should be, and those of some presets. */
export const rightChecks: Readonly<Record<string, Check>> = {
	prolific: {
		...common,
		header: "x-prolific-request-signature",
		time: (header) => header("x-prolific-request-timestamp"),
		content: (body, time) => Buffer.concat([Buffer.from(time), body]),
	},
	spritz: { ...common, header: "signature", encode: hex },
	solvimon: {
		...common,
		header: "x-payload-signature",
		time: (header) => header("x-payload-signature-timestamp"),
		content: (body, time) => Buffer.concat([Buffer.from(`${time}.`), body]),
		encode: (digest) => digest.toString("hex").toUpperCase(),
		read: (value) => value.split(",").map((each) => each.replace("v1=", "")),
	},
	openformat: { ...common, header: "x-openformat-signature" },
	stripe: {
		...common,
		header: "stripe-signature",
		time: (header) => /t=(\d+)/.exec(header("stripe-signature"))?.[1] ?? "",
		content: (body, time) => Buffer.concat([Buffer.from(`${time}.`), body]),
		encode: hex,
		read: (value) => /v1=([^,]*)/.exec(value)?.slice(1) ?? [],
		isFresh: (time, now) => Math.abs(now / 1000 - Number(time)) < 300,
	},
	"standard-webhooks": {
		...common,
		header: "webhook-signature",
		key: (secret) => Buffer.from(secret.replace("whsec_", ""), "base64"),
		time: (header) => header("webhook-timestamp"),
		content: (body, time, id) =>
			Buffer.concat([Buffer.from(`${id}.${time}.`), body]),
		read: (value) => value.split(" ").map((each) => each.replace("v1,", "")),
		isFresh: (time, now) => Math.abs(now / 1000 - Number(time)) < 300,
	},
	slack: {
		...common,
		header: "x-slack-signature",
		time: (header) => header("x-slack-request-timestamp"),
		content: (body, time) => Buffer.concat([Buffer.from(`v0:${time}:`), body]),
		encode: hex,
		read: (value) => [value.replace("v0=", "")],
	},
};

/** A receiver that makes the check, and answers 401 where it fails. */
export function receiverThat(check: Check, secret: string): Receiver {
	return ({ header, body, now }) => {
		const time = check.time(header);
		const content = check.content(body, time, header("webhook-id"), now);
		const digest = check.digest(check.key(secret), content);
		const given = check.read(header(check.header));
		const ok = given.includes(check.encode(digest)) && check.isFresh(time, now);
		return ok ? check.act(body) : 401;
	};
}
