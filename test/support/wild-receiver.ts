import { createServer } from "node:net";
import { type Whim, whimOf } from "../../bench/support/whims.js";
import {
	createVirtualClock,
	type VirtualClock,
} from "../../src/delivery/clock.ts";
import { listening } from "./dispatching.ts";
import { startOfTest } from "./engine.ts";

const answers: Readonly<Record<Whim, string | undefined>> = {
	accept: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
	fail: "HTTP/1.1 503 No\r\ncontent-length: 4\r\n\r\nnope",
	redirect: "HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n",
	babble: "\0\x01 this is no HTTP \xff\r\n\r\n",
	stall: undefined,
	reset: undefined,
};

/**
 * A receiver of many moods, on sockets without a library, that names an attempt by how often its event has come.
 *
 * Its clock lets an attempt time out once nothing but stalled ones is under way: no load of the machine changes what
 * a run comes to, and no run waits for it.
 */
export async function openWildReceiver(): Promise<{
	url: string;
	clock: VirtualClock;
}> {
	const seen = new Map<string, number>();
	const deadlines = new Set<() => void>();
	let stalled = 0;

	function look(): void {
		if (stalled === 0 || stalled < deadlines.size) return;
		stalled = 0;
		for (const expire of [...deadlines]) expire();
	}
	const clock: VirtualClock = {
		...createVirtualClock(startOfTest),
		after(_, expire) {
			deadlines.add(expire);
			return () => {
				if (deadlines.delete(expire)) setImmediate(look);
			};
		},
	};
	const url = await listening(
		createServer((socket) => {
			let text = "";
			socket.on("error", () => {});
			socket.on("data", (piece) => {
				text += piece.toString("latin1");
				const [head = "", body] = text.split("\r\n\r\n", 2);
				const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
				if (body === undefined || body.length < length) return;
				text = "";
				const event = /x-event: (\S+)/i.exec(head)?.[1] ?? "";
				const attempt = (seen.get(event) ?? 0) + 1;
				seen.set(event, attempt);
				const whim = whimOf(event, attempt);
				const answer = answers[whim];
				if (answer !== undefined) socket.write(answer, "latin1");
				else if (whim === "reset") socket.destroy();
				else {
					stalled++;
					look();
				}
			});
		}),
	);
	return { url, clock };
}
