import { describe, expect, it } from "vitest";
import { acme } from "./support/acme.ts";
import { shell, withoutShell } from "./support/commands.ts";
import { retrying } from "./support/dispatching.ts";
import type { ReceivedRequest } from "./support/receiver.ts";
import { hooksOf, openReceiver } from "./support/running-acme.ts";
import { serve } from "./support/server.ts";

/** An endpoint that is shown a key under a name of the customer's own, and two signatures. */
async function webhook() {
	const receiver = await openReceiver();
	const running = await serve(
		acme({ rotations: ["roll"], ...retrying(120_000) }),
	);
	hooksOf(running.engine).put({
		id: "hook",
		url: receiver.url,
		secrets: ["s3cret"],
		headers: { "X-Partner": "k3y" },
	});
	await running.control("POST", "/secrets/acme", { action: "roll" });
	const emit = async (request: object = {}) => {
		await running.control("POST", "/events", {
			provider: "acme",
			type: "thing.made",
			...request,
		});
		await running.engine.idle();
	};
	return { ...running, receiver, emit };
}

const bytes = Buffer.from([0, 255, 13, 10, 0x7b]);

/** What was sent beside what HTTP itself needs. */
function headersOf({ rawHeaders }: ReceivedRequest): [string, string][] {
	const pairs = rawHeaders.flatMap((name, i): [string, string][] =>
		i % 2 === 0 ? [[name, rawHeaders[i + 1] as string]] : [],
	);
	return pairs.filter(
		([name]) => !/^(host|connection|content-length)$/i.test(name),
	);
}

describe("the export", () => {
	it("is empty before anything has happened", async () => {
		const { control } = await serve();

		const har = await control("GET", "/export/har");
		const ndjson = await control("GET", "/export/ndjson");
		const curl = await control("GET", "/export/curl");

		expect(har.body.log.entries).toEqual([]);
		expect(ndjson.body).toBe("");
		expect(curl.body).toBe("#!/bin/sh\n");
	});

	it("as HAR has every attempt, with the bytes of both sides", async () => {
		const { control, engine, receiver, emit } = await webhook();
		receiver.answer(
			{ status: 500, body: "no" },
			{ headers: { "x-mine": "1" } },
		);
		await emit();
		await engine.advance(120_000);
		await emit({ body: bytes.toString("base64") });

		const { type, body } = await control("GET", "/export/har?reveal=true");

		const { version, creator, entries } = body.log;
		expect(type).toContain("application/json");
		expect(version).toBe("1.2");
		expect(creator.name).toBe("localhook");
		expect(entries).toHaveLength(3);
		for (const [i, { request }] of entries.entries()) {
			const received = receiver.requests[i] as ReceivedRequest;
			const { text, encoding, mimeType } = request.postData;
			expect(Buffer.from(text, encoding ?? "utf8")).toEqual(received.body);
			expect(request.bodySize).toBe(received.body.length);
			expect(mimeType).toBe("application/json");
			expect(request).toMatchObject({ method: "POST", url: receiver.url });
			expect(
				request.headers.map(({ name, value }: Record<string, string>) => [
					name,
					value,
				]),
			).toEqual(headersOf(received));
		}
		expect(entries[0].response).toMatchObject({
			status: 500,
			content: { text: "no", size: 2 },
		});
		expect(entries[1].response.headers).toContainEqual({
			name: "x-mine",
			value: "1",
		});
		expect(entries[1].startedDateTime).toBe("2026-11-20T10:17:30.000Z");
	});

	it.skipIf(withoutShell)(
		"as a shell script sends the same bytes and headers again",
		async () => {
			const { control, receiver, emit } = await webhook();
			await emit({ merge: { data: { name: "it's `x` $HOME Ω" } } });
			await emit({ body: bytes.toString("base64") });
			const sent = [...receiver.requests];

			const { type, body } = await control("GET", "/export/curl?reveal=true");
			await shell(body);

			const again = receiver.requests.slice(2);
			expect(type).toContain("text/plain");
			expect(sent).toHaveLength(2);
			expect(again.map((each) => each.body)).toEqual(
				sent.map((each) => each.body),
			);
			expect(again.map(headersOf)).toEqual(sent.map(headersOf));
		},
	);

	it("as NDJSON has a delivery a line, oldest first, of those that match", async () => {
		const { control, receiver, emit } = await webhook();
		receiver.answer({ headers: { "x-mine": "1" } });
		await emit({ count: 2 });
		await emit({ body: bytes.toString("base64") });

		const { type, body } = await control("GET", "/export/ndjson");
		const query = encodeURIComponent("type:thing.* -body:anvil");
		const some = await control("GET", `/export/ndjson?query=${query}`);

		const lines = body.trimEnd().split("\n").map(JSON.parse);
		expect(type).toContain("application/x-ndjson");
		expect(
			lines.map((each: { bodyBase64: string }) => each.bodyBase64),
		).toEqual(receiver.requests.map((each) => each.body.toString("base64")));
		expect(lines[0]).toMatchObject({
			kind: "delivery",
			event: { type: "thing.made" },
			attempts: [{ response: { status: 200, headers: { "x-mine": "1" } } }],
		});
		expect(some.body).toBe(`${body.trimEnd().split("\n")[2]}\n`);
	});

	it("as calls of fetch sends the same bytes and headers again", async () => {
		const { control, receiver, emit } = await webhook();
		await emit({ merge: { data: { name: "it's </script> `x` Ω\u2028" } } });
		await emit({ body: bytes.toString("base64") });
		const sent = [...receiver.requests];

		const { type, body } = await control("GET", "/export/fetch?reveal=true");
		await import(`data:text/javascript,${encodeURIComponent(body)}`);

		const again = receiver.requests.slice(2);
		expect(type).toContain("text/javascript");
		expect(body).not.toMatch(/[\u2028<]/);
		expect(again.map((each) => each.body)).toEqual(
			sent.map((each) => each.body),
		);
		for (const [index, { headers }] of again.entries())
			for (const [name, value] of headersOf(sent[index] as ReceivedRequest))
				expect(headers[name.toLowerCase()]).toBe(value);
	});

	it("as Markdown says what came of it and how to send it again, in fences that it cannot leave", async () => {
		const { control, receiver, emit } = await webhook();
		receiver.answer({ status: 401, body: "bad `signature`\n# forged" });
		await emit({ merge: { data: { name: "\n```\n# forged" } } });
		await emit({ body: Buffer.from("```\n# forged\n").toString("base64") });

		const { type, body } = await control("GET", "/export/markdown");

		const [{ id }] = (await control("GET", "/deliveries")).body.deliveries;
		expect(type).toContain("text/markdown");
		expect(body).toContain("### thing.made of acme: ");
		expect(body).toMatch(/^- attempt 1: 401$/m);
		expect(body).toContain(`localhook resend ${id} --exact`);
		expect(body).toContain("````http\nPOST http://127.0.0.1");
		expect(body).toContain("\n```\n# forged\n\n````\n");
	});

	it("as tests for Vitest has one for each delivery, which expects of a wrong signature that it is refused", async () => {
		const { control, receiver, emit } = await webhook();
		await emit({ merge: { data: { name: "anvil" } } });
		await emit({ sign: "garbage" });

		const { body } = await control("GET", "/export/vitest");

		const [taken, refused] = body.split("\ntest(").slice(1);
		const sent = JSON.stringify(String(receiver.requests[0]?.body));
		expect(taken).toContain(
			`{ providers: ["acme"], receiver: "${receiver.url}" })("the receiver takes thing.made`,
		);
		expect(taken).toContain(`{ body: ${sent} }`);
		expect(taken).toContain(
			'hooks["acme"].send("thing.made", undefined, given)',
		);
		expect(taken).toContain("expect(sent).toBeDelivered()");
		expect(refused).toContain('sign: "garbage"');
		expect(refused).toContain("expect(sent).not.toBeDelivered()");
	});

	it.each(["har", "curl", "ndjson", "fetch", "markdown"])(
		"as %s hides credentials and secrets unless they are asked for",
		async (format) => {
			const { control, receiver, emit } = await webhook();
			receiver.answer({ headers: { "set-cookie": "session=s3ssion" } });
			await emit();
			const { body: held } = await control("GET", "/secrets?reveal=true");
			const signature = String(receiver.requests[0]?.headers["x-signature"]);

			const hidden = await control("GET", `/export/${format}`);
			const shown = await control("GET", `/export/${format}?reveal=true`);

			const text = JSON.stringify(hidden.body);
			expect(text).toContain("X-Partner");
			expect(text).toContain(signature);
			expect(text).not.toContain("k3y");
			expect(text).not.toContain("s3ssion");
			expect(text).not.toContain(held.secrets[0].value);
			expect(JSON.stringify(shown.body)).toContain("k3y");
		},
	);

	it.each(["har", "curl", "ndjson", "fetch", "markdown"])(
		"as %s hides what lets somebody in by the URL of a receiver",
		async (format) => {
			const { control, receiver, emit } = await webhook();
			const to = receiver.url
				.replace("://", "://me:s3same@")
				.concat("?a=1&access_token=t0ken&b=2");
			await emit({ to });

			const hidden = await control("GET", `/export/${format}`);
			const shown = await control("GET", `/export/${format}?reveal=true`);

			const text = JSON.stringify(hidden.body);
			expect(text).toContain("?a=1&access_token=(masked)&b=2");
			expect(text).not.toContain("s3same");
			expect(text).not.toContain("t0ken");
			// What was sent has them in a header.
			expect(JSON.stringify(shown.body)).toContain("Basic bWU6czNzYW1l");
			expect(JSON.stringify(shown.body)).toContain("access_token=t0ken");
		},
	);
});
