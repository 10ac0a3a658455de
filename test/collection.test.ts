import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { bytesOf } from "../src/bytes.ts";
import { builtInIds } from "../src/catalog.ts";
import type { Message, Signer } from "../src/contract/signing.ts";
import { createSystemClock } from "../src/delivery/clock.ts";
import type { Exchange } from "../src/delivery/exchange.ts";
import { presetOf } from "../src/presets.ts";
import { transportTo } from "../src/receivers/transport-to.ts";
import { createSigner } from "../src/signing/signer.ts";
import type { Receiver } from "./collection/judge.js";
import { startEngine } from "./support/engine.ts";

const folder = new URL("collection/", import.meta.url);
const textOf = (name: string) => readFileSync(new URL(name, folder), "utf8");
const collection: readonly Receiver[] = parse(textOf("collection.yaml"));

/**
 * Those whose packages are installed here, but for what ends the process or makes it wait: the others are run by
 * `npm run check:long -- receivers`.
 */
const installed = /^(?:node:.*|\.\/work\.js|express|fastify|h3|hono)$/;
const here = collection.filter(
	({ file, expect: ids = [] }) =>
		file.startsWith("javascript/") &&
		!ids.some((id) => id === "cause.crash" || id === "resp.time") &&
		[...textOf(file).matchAll(/^import [^;]*?"([^"]*)";$/gm)].every(
			([, name]) => installed.test(name ?? ""),
		),
);

const secret = "whsec_bG9jYWxob29rLWNvbGxlY3Rpb24h";
/** What each receiver finds its event in; other bytes once it is read and written anew. */
const body = `{"id": "1", "eventId": "1", "idempotency_key": "1", "type": "a.b", "event": "achDebit.authorized", "event_type": "submission.status.change", "payload": {"hash": "0x1"}, "amount": 10.0, "name": "Zo\\u00eb"}`;

describe("the collection of receivers", () => {
	it("lists every file once, and what is wrong with it", () => {
		const files = ["javascript", "python", "go"].flatMap((language) =>
			readdirSync(new URL(language, folder))
				.filter((name) => /-.*\.|^prolific/.test(name))
				.map((name) => `${language}/${name}`),
		);

		expect(collection.map(({ file }) => file).sort()).toEqual(files.sort());
		for (const { right, mistake, expect: ids, group } of collection)
			expect(right === true).toBe(
				mistake === undefined && ids === undefined && group === undefined,
			);
	});

	it("runs many of them in this process", () => {
		expect(here.length).toBeGreaterThan(20);
	});

	it.each(here)("finds $file behave as it is described", async (receiver) => {
		const { scheme, right, expect: ids = [], group = [] } = receiver;
		const names = `${scheme}_WEBHOOK_SECRET`.toUpperCase();
		const variable = names.replaceAll("-", "_");
		process.env[variable] = secret;
		onTestFinished(() => void delete process.env[variable]);
		const deliver = await delivererTo(receiver);

		const accepted = statusOf(await deliver((headers) => headers));
		const refused = statusOf(
			await deliver((headers, { header }) => ({
				...headers,
				[header]: "garbage",
			})),
		);

		const isCause = (id: string) => id.startsWith("cause.");
		if (right || !ids.every(isCause)) expect(accepted).toMatch(/^2/);
		else if (group.every(isCause)) expect(accepted).toMatch(/^[45]/);
		// Some deliveries are accepted, and others are refused.
		else expect(accepted).toMatch(/^[245]/);
		if (right) expect(refused).toMatch(/^4/);
	});
});

/** Delivers one event, signed rightly but for a change of the headers. */
async function delivererTo({ file, scheme }: Receiver) {
	const signer = signers.get(scheme) ?? (await signerOf(scheme));
	signers.set(scheme, signer);
	const module = await import(
		pathToFileURL(new URL(file, folder).pathname).href
	);
	const { handler, POST, binaryMediaTypes, default: app } = module;
	const isWorker = app?.fetch?.length === 2;
	const transport = transportTo(
		handler
			? { lambda: handler, base64: binaryMediaTypes !== undefined }
			: (POST ??
					(isWorker
						? (request: Request) => app.fetch(request, process.env)
						: app)),
	)(createSystemClock());
	onTestFinished(() => transport.close());
	const url = `http://receiver.localhost/webhooks/${scheme}`;
	const at = Date.now();
	const message: Message = {
		id: "evt_1",
		type: "a.b",
		url,
		method: "POST",
		headers: {
			"Content-Type": "application/json",
			"X-Event-ID": "1",
			"X-Timestamp": String(Math.floor(at / 1000)),
		},
		body: bytesOf(body),
		secrets: [secret],
		at,
	};
	type Headers = Message["headers"];
	return (change: (headers: Headers, signer: Signer) => Headers) =>
		new Promise<Exchange>((resolve) =>
			transport.post(
				{
					receiver: {
						href: url,
						origin: new URL(url).origin,
						path: new URL(url).pathname,
					},
					headers: change(
						{ ...message.headers, ...signer.sign(message) },
						signer,
					),
					body: message.body,
					timeout: 5000,
				},
				resolve,
			),
		);
}

/** Each is made once: many receivers are of one provider. */
const signers = new Map<string, Signer>();

async function signerOf(scheme: string): Promise<Signer> {
	if (!builtInIds.includes(scheme))
		return createSigner(presetOf(scheme).signature);
	const { engine } = await startEngine(scheme);
	onTestFinished(() => engine.close());
	return engine.session(scheme).signer;
}

function statusOf(exchange: Exchange): string {
	return "response" in exchange
		? String(exchange.response.status)
		: exchange.error.message;
}
