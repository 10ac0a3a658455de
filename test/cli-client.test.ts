import { createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Client, createClient } from "../src/cli/client.ts";
import { problem, startControlServer } from "./support/control-server.ts";

/** A port that takes connections and, after some bytes, says nothing more. */
async function startSilent(first = ""): Promise<string> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket.on("error", () => {}));
		socket.write(first);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const { port } = server.address() as { port: number };
	return `http://127.0.0.1:${port}`;
}

const patience = 50;
const hour = 3_600_000;

const calls: readonly (readonly [string, (client: Client) => unknown])[] = [
	["that is quick", (client) => client.get("/clock")],
	["that may last", (client) => client.post("/wait", { timeout: hour })],
	["for bytes", (client) => client.download("/snapshot", { timeout: hour })],
	[
		"for what never ends",
		(client) =>
			client.listen("/journal/stream", {
				lastEventId: "0",
				signal: new AbortController().signal,
			}),
	],
];

describe.each(calls)("A call %s", (_, call) => {
	it.each([
		["nothing at all", ""],
		["half a head", "HTTP/1.1 200 OK\r\n"],
		["no body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"],
	])("ends soon at a port that says %s", async (_, first) => {
		const url = await startSilent(first);
		const client = createClient({ url, token: undefined }, patience);

		await expect(call(client)).rejects.toMatchObject({
			code: "server-unreachable",
			message: `Failed to reach localhook at ${url}: it did not answer within 50ms. Start it with "localhook start", or give --url.`,
		});
	});
});

describe("A slow answer", () => {
	it("is told of while it is waited for, and a quick one is not", async () => {
		let told = 0;
		let answer = () => {};
		const slow = new Promise<void>((resolve) => {
			answer = resolve;
		});
		const { url } = await startControlServer({
			"POST /events": (_, response) => {
				void slow.then(() => response.end("{}"));
				return null;
			},
			"POST /stop": { body: {} },
		});
		const client = createClient({ url, token: undefined }, 5000, 5);
		const onSlow = () => {
			told++;
			answer();
		};

		await client.post("/events", { onSlow });
		await createClient({ url, token: undefined }).post("/stop", { onSlow });

		expect(told).toBe(1);
	});
});

describe("A server that is there", () => {
	/** Its first answer may come late where others want the machine too. */
	const patience = 500;

	it.each([
		["and well", { body: {} }],
		["and wants a token", problem(401, "refused-token", "No.")],
		["and is busy", problem(503, "too-busy", "No.")],
	])("%s has all the time that a call has", async (_, health) => {
		const { url } = await startControlServer({
			"GET /health": health,
			"POST /wait": (_, response) => {
				setTimeout(() => response.end('{"deliveries":[]}'), patience * 1.2);
				return null;
			},
		});
		const client = createClient({ url, token: undefined }, patience);

		const answer = await client.post("/wait", { timeout: hour });

		expect(answer).toEqual({ deliveries: [] });
	});

	it("is asked once whether it is", async () => {
		const { url, requests } = await startControlServer({
			"GET /health": { body: {} },
			"GET /clock": { body: {} },
		});
		const client = createClient({ url, token: undefined });

		await Promise.all([client.get("/clock"), client.get("/clock")]);

		const paths = requests.map(({ path }) => path);
		expect(paths).toEqual(["/health", "/clock", "/clock"]);
	});
});
