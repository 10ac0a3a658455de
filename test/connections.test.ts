import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import {
	createServer as createHttp2Server,
	createSecureServer,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import {
	createServer as createTcpServer,
	type Server,
	type Socket,
} from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
	type LoadedConfig,
	loadConfig,
	namedFileProblems,
} from "../src/config/load-config.ts";
import {
	createAllowedReceivers,
	type ReceiverAddress,
} from "../src/delivery/allowed-receivers.ts";
import { createSystemClock } from "../src/delivery/clock.ts";
import type { Exchange } from "../src/delivery/exchange.ts";
import type { JournalEntry } from "../src/delivery/journal.ts";
import { createTransport } from "../src/delivery/transport.ts";
import { showEntry } from "../src/engine/entry-view.ts";
import type { FaultSpec } from "../src/engine/fault-plan.ts";
import { timelineOf } from "../src/hooks/evidence.ts";
import { selfSigned } from "./support/certificates.ts";
import { emit, listening, states } from "./support/dispatching.ts";
import { folderWith } from "./support/folder.ts";
import { startAcme } from "./support/running-acme.ts";

const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const accept = (_: IncomingMessage, response: ServerResponse) => response.end();

/** A server on bare sockets; `serve` is told of each request that came whole, and its number on its connection. */
function onSockets(
	serve: (socket: Socket, number: number) => void,
): Server & { requests: number } {
	const server = createTcpServer((socket) => {
		let [text, number] = ["", 0];
		socket.on("error", () => {});
		socket.on("data", (piece) => {
			text += piece.toString("latin1");
			const [head = "", body] = text.split("\r\n\r\n", 2);
			const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
			if (body === undefined || body.length < length) return;
			text = "";
			counted.requests++;
			serve(socket, ++number);
		});
	});
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => sockets.add(socket));
	const counted = Object.assign(server, {
		requests: 0,
		closeAllConnections: () => {
			for (const socket of sockets) socket.destroy();
		},
	});
	return counted;
}

describe("A connection that the receiver has closed", () => {
	it.each<[string, (socket: Socket) => void]>([
		["ends", (socket) => void socket.end(answer)],
		[
			"ends after a moment",
			(socket) =>
				void socket.write(answer, () => setImmediate(() => socket.end())),
		],
		["destroys", (socket) => void socket.write(answer, () => socket.destroy())],
		[
			"destroys after a moment",
			(socket) =>
				void socket.write(answer, () => setImmediate(() => socket.destroy())),
		],
		[
			"resets",
			(socket) =>
				void socket.write(answer, () =>
					setImmediate(() => socket.resetAndDestroy()),
				),
		],
	])(
		"loses no delivery where the receiver %s each after its answer",
		async (_, close) => {
			const { engine, hook } = await startAcme();
			const server = onSockets((socket, number) => {
				if (number === 1) close(socket);
			});
			hook("h1", await listening(server));

			const states: string[] = [];
			for (let i = 0; i < 60; i++) {
				const [delivery] = await emit(engine, String(i));
				states.push(delivery?.state ?? "");
				expect(delivery?.attempts).toHaveLength(1);
			}

			expect(new Set(states)).toEqual(new Set(["delivered"]));
		},
	);

	it.each([
		["ECONNRESET", (socket: Socket) => void socket.resetAndDestroy(), 3],
		[
			"a good end, which the receiver may have meant",
			(socket: Socket) => void socket.end(),
			2,
		],
	])(
		"is replaced once and no more, and only where it breaks: %s",
		async (_, close, requests) => {
			const { engine, hook } = await startAcme();
			const server = onSockets((socket) => {
				if (server.requests === 1) socket.write(answer);
				else close(socket);
			});
			hook("h1", await listening(server));

			await emit(engine, "first");
			const [delivery] = await emit(engine, "second");

			expect(server.requests).toBe(requests);
			expect(delivery).toMatchObject({
				state: "failed",
				attempts: [{ ok: false, error: { code: "connection" } }],
			});
			expect(delivery?.attempts[0]?.reconnected).toBe(
				requests === 3 || undefined,
			);
		},
	);

	it("loses no delivery that breaks it, and says what happened", async () => {
		const { engine, hook } = await startAcme();
		const server = onSockets((socket) => {
			if (server.requests === 2) socket.resetAndDestroy();
			else socket.write(answer);
		});
		hook("h1", await listening(server));

		await emit(engine, "first");
		const [delivery] = await emit(engine, "second");

		expect(server.requests).toBe(3);
		expect(delivery).toMatchObject({
			state: "delivered",
			attempts: [{ number: 1, ok: true, reconnected: true }],
		});
		expect(timelineOf(engine)).toMatch(
			/200 {2}thing\.made #1 .*\n +sent again on a new connection\n/,
		);
		expect(
			showEntry(engine.journal.after(0).at(-2) as JournalEntry),
		).toMatchObject({ kind: "attempt", status: 200, reconnected: true });
	});

	it.each<[string, (socket: Socket) => void, FaultSpec[]]>([
		[
			"a fault delays the upload",
			(socket) => void socket.resetAndDestroy(),
			[{ fault: "slow-upload", over: "1ms" }],
		],
		[
			"a fault loses the answer",
			(socket) => void socket.resetAndDestroy(),
			[{ fault: "timeout" }],
		],
	])("is not replaced once %s", async (_, close, faults) => {
		const { engine, hook } = await startAcme();
		const server = onSockets((socket) => {
			if (server.requests === 1) socket.write(answer);
			else close(socket);
		});
		hook("h1", await listening(server));

		await emit(engine, "first");
		engine.faults.set(faults);
		const [delivery] = await emit(engine, "second");

		expect(server.requests).toBe(2);
		expect(delivery?.state).toBe("failed");
		expect(delivery?.attempts[0]).not.toHaveProperty("reconnected");
	});

	it("is used once, and no request is sent twice, where the receiver is known for that", async () => {
		const { engine, hook } = await startAcme();
		const server = onSockets((socket) => {
			if (server.requests === 1) socket.end(answer);
			else if (server.requests === 4) socket.end();
			else socket.write(answer);
		});
		let connections = 0;
		server.on("connection", () => connections++);
		hook("h1", await listening(server));

		const made = await emit(engine, "first");
		for (const name of ["second", "third", "fourth", "fifth"])
			made.push(...(await emit(engine, name)));

		expect(states(made)).toEqual([
			...["delivered", "delivered", "delivered", "failed", "delivered"],
		]);
		expect([server.requests, connections]).toEqual([5, 5]);
	});

	it("loses no request that was not sent before it broke", async () => {
		let last: Socket | undefined;
		const server = onSockets((socket) => {
			last = socket;
			socket.write(answer);
		});
		const receiver = createAllowedReceivers().resolve(
			await listening(server),
		) as ReceiverAddress;
		const transport = createTransport(createSystemClock());
		onTestFinished(() => transport.close());
		const body = Buffer.from("{}");
		const post = () =>
			new Promise<Exchange>((done) => {
				transport.post({ receiver, headers: {}, body, timeout: 5000 }, done);
			});

		await post();
		await post();
		// From a timer, the reset is read before undici has looked whether the socket still stands.
		await new Promise((resolve) => setTimeout(resolve));
		const exchange = post();
		last?.resetAndDestroy();

		await expect(exchange).resolves.toMatchObject({
			response: { status: 200 },
		});
		expect(await exchange).not.toHaveProperty("reconnected");
		expect(server.requests).toBe(3);
	});

	it("is not replaced where it is the first of its kind", async () => {
		const { engine, hook } = await startAcme();
		const server = onSockets((socket) => void socket.destroy());
		hook("h1", await listening(server));

		const [delivery] = await emit(engine, "anvil");

		expect(server.requests).toBe(1);
		expect(delivery?.attempts).toMatchObject([
			{
				error: {
					message: expect.stringContaining(
						"closed the connection without an answer",
					),
				},
			},
		]);
		expect(delivery?.attempts[0]).not.toHaveProperty("reconnected");
	});
});

describe("Interim answers", () => {
	const early = "HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n";
	it.each([
		["100", "HTTP/1.1 100 Continue\r\n\r\n", answer],
		["102", "HTTP/1.1 102 Processing\r\n\r\n", answer],
		["103", early, answer],
		[
			"several, with the final one in one piece",
			`HTTP/1.1 100 Continue\r\n\r\n${early}${answer}`,
		],
		["one byte at a time", ...`${early}${answer}`],
		[
			"one that HTTP/1.1 names otherwise",
			"HTTP/1.1 199 Whatever\r\nx: y\r\n\r\n",
			answer,
		],
		["none, and a final one byte by byte", ...answer],
	])("are left out: %s", async (_, ...pieces) => {
		const { engine, hook } = await startAcme();
		const server = onSockets((socket) => {
			let written = Promise.resolve();
			for (const piece of pieces)
				written = written.then(
					() =>
						new Promise((done) => {
							socket.write(piece, () => setImmediate(done));
						}),
				);
		});
		hook("h1", await listening(server));

		const deliveries = await emit(engine, "first", "second");
		const [third] = await emit(engine, "third");

		for (const delivery of [...deliveries, third])
			expect(delivery?.attempts).toMatchObject([
				{
					ok: true,
					response: {
						status: 200,
						headers: { "content-length": "2" },
						body: Uint8Array.from(Buffer.from("ok")),
					},
				},
			]);
	});

	it.each([
		[
			"101, which is not one of them",
			"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
			"101 Switching Protocols",
		],
		[
			"an interim one alone",
			"HTTP/1.1 100 Continue\r\n\r\n",
			"in the middle of its answer",
		],
	])("are no answer: %s", async (_, text, message) => {
		const { engine, hook } = await startAcme();
		const server = onSockets((socket) => void socket.end(text));
		hook("h1", await listening(server));

		const [delivery] = await emit(engine, "anvil");

		expect(delivery?.attempts).toMatchObject([
			{
				error: {
					code: "connection",
					message: expect.stringContaining(message),
				},
			},
		]);
	});
});

describe("A receiver with TLS", () => {
	it.each([
		["PEM text", ({ cert }: { cert: string }) => cert],
		["a file", ({ file }: { file: string }) => file],
	])(
		"is trusted by its certificate authority as %s, under a fault too",
		async (_, ca) => {
			const certificate = selfSigned();
			const { engine, hook } = await startAcme(
				{},
				{ receiverCa: ca(certificate) },
			);
			const url = secure(
				await listening(createHttpsServer(certificate, accept)),
			);
			hook("name", url.replace("127.0.0.1", "localhost"));
			hook("address", url);

			const { deliveries } = engine.send("acme", "thing.made");
			await engine.idle();
			engine.faults.set([{ fault: "cut-before-body" }]);
			const cut = engine.send("acme", "thing.made");
			await engine.idle();

			expect(deliveries.map(({ state }) => state)).toEqual([
				"delivered",
				"delivered",
			]);
			expect(
				cut.deliveries.map(({ attempts }) => attempts[0]?.error?.message),
			).toEqual(
				Array.from({ length: 2 }, () =>
					expect.stringContaining("cut on purpose"),
				),
			);
		},
	);

	it("has its authority in a configuration as PEM, or as a file seen from there", async () => {
		const { cert } = selfSigned();
		const folder = await folderWith({
			"file.json": JSON.stringify({ receiverCa: "ca.pem" }),
			"text.json": JSON.stringify({ receiverCa: cert }),
			"none.json": JSON.stringify({ receiverCa: "none.pem" }),
			"bad.json": JSON.stringify({ receiverCa: "-----BEGIN X-----" }),
			"ca.pem": cert,
		});
		const read = (file: string) => loadConfig(folder, file);
		const [file, text, none, bad] = await Promise.all(
			["file.json", "text.json", "none.json", "bad.json"].map(read),
		);

		expect(file?.config.receiverCa).toBe(join(folder, "ca.pem"));
		expect(text?.config.receiverCa).toBe(cert);
		expect(bad?.problems).toMatchObject([{ path: "receiverCa" }]);
		expect(await namedFileProblems(file as LoadedConfig)).toEqual([]);
		expect(await namedFileProblems(none as LoadedConfig)).toMatchObject([
			{ path: "receiverCa", message: expect.stringContaining("no such file") },
		]);
	});

	const plain = (serve: typeof accept) => createServer(serve);
	const [tls, h2, h2c] = [
		() => createHttpsServer(selfSigned(), accept),
		() => createSecureServer(selfSigned(), (_, response) => response.end()),
		() => createHttp2Server((_, response) => response.end()),
	];
	it.each<[string, string, () => Server, RegExp]>([
		[
			"a self-signed certificate",
			"https://localhost",
			tls,
			/self-signed.*--receiver-ca <file>.*receiverCa.*DEPTH_ZERO_SELF_SIGNED_CERT/,
		],
		[
			"http and a URL with https",
			"https://localhost",
			() => plain(accept),
			/does not answer in TLS.*http:\/\//,
		],
		[
			"https and a URL with http",
			"http://localhost",
			tls,
			/Does the receiver listen for https\? Then write https:\/\//,
		],
		[
			"HTTP/2 alone",
			"https://localhost",
			h2,
			/HTTP\/2 only.*Let it take HTTP\/1\.1 too/,
		],
		["HTTP/2 alone, in plain", "http://localhost", h2c, /HTTP\/2 only/],
		[
			"a TLS alert to plain HTTP",
			"http://localhost",
			() =>
				onSockets(
					(socket) => void socket.end(Buffer.of(0x15, 3, 3, 0, 2, 2, 70)),
				),
			/answers in TLS\. Write https:\/\//,
		],
		[
			"no HTTP at all",
			"http://localhost",
			() => onSockets((socket) => void socket.end("220 smtp ready\r\n")),
			/answer is not HTTP/,
		],
		[
			"headers without measure",
			"http://localhost",
			() =>
				onSockets(
					(socket) =>
						void socket.end(
							`HTTP/1.1 200 OK\r\nx: ${"a".repeat(40_000)}\r\n\r\n`,
						),
				),
			/headers of the receiver's answer are larger than 16 KiB/,
		],
	])(
		"gets a sentence that says what to do: %s",
		async (_, origin, open, sentence) => {
			const { engine, hook } = await startAcme();
			const server = open().on("tlsClientError", () => {});
			const { port } = new URL(await listening(server));
			hook("h1", `${origin}:${port}/hooks`);

			const [delivery] = await emit(engine, "anvil");

			const message = delivery?.attempts[0]?.error?.message ?? "";
			expect(message).toMatch(sentence);
			expect(message).not.toMatch(/routines|openssl|\n/i);
		},
	);

	it.each([
		[
			"has expired",
			selfSigned.bind(undefined, "DNS:localhost", -1),
			/has expired.*CERT_HAS_EXPIRED/,
		],
		[
			"is for another name",
			selfSigned.bind(undefined, "DNS:other.test", 1),
			/another name.*ERR_TLS_CERT_ALTNAME_INVALID/,
		],
	])(
		"is refused whose certificate %s, though its authority is trusted",
		async (_, make, sentence) => {
			const certificate = make();
			const { engine, hook } = await startAcme(
				{},
				{ receiverCa: certificate.cert },
			);
			const url = secure(
				await listening(createHttpsServer(certificate, accept)),
			);
			hook("h1", url.replace("127.0.0.1", "localhost"));

			const [plainly] = await emit(engine, "anvil");
			const [again] = await emit(engine, "anvil");
			engine.faults.set([{ fault: "cut-in-body" }]);
			const [cut] = await emit(engine, "anvil");

			for (const delivery of [plainly, again, cut])
				expect(delivery?.attempts[0]?.error?.message).toMatch(sentence);
		},
	);

	it.each([
		[
			"no such file",
			"no-such-file.pem",
			/"no-such-file.pem": there is no such file/,
		],
		[
			"a file without a certificate",
			"package.json",
			/has no certificate in it/,
		],
		[
			"a damaged one",
			"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
			/a certificate in it is damaged/,
		],
		[
			"a key",
			"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
			/has no certificate in it/,
		],
	])(
		"refuses at the start what is no authority: %s",
		async (_, receiverCa, message) => {
			await expect(startAcme({}, { receiverCa })).rejects.toMatchObject({
				code: "invalid-option",
				message: expect.stringMatching(message),
			});
		},
	);
});

function secure(url: string): string {
	return url.replace("http:", "https:");
}
