// What a user's test fakes with Vitest, and what then still has to go on. `PART` is what is faked.
import { once } from "node:events";
import { createServer } from "node:http";
import { startLocalhook } from "localhook";
import { setupLocalhook } from "localhook/msw";
import { afterEach, expect, test, vi } from "vitest";

const every = [
	"setTimeout",
	"clearTimeout",
	"setInterval",
	"clearInterval",
	"setImmediate",
	"clearImmediate",
	"Date",
	"performance",
	"queueMicrotask",
	"hrtime",
];
const faked = {
	"what Vitest fakes by default": undefined,
	"every timer, microtasks and the time": { toFake: every },
	// Streams and sockets of Node's stand still then, whoever uses them.
	"nextTick too": { toFake: [...every, "nextTick"] },
};

const listener = (request, response) =>
	request.resume().on("end", () => response.end("ok"));

async function urlOf(server) {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return `http://127.0.0.1:${server.address().port}/hooks`;
}

afterEach(() => {
	vi.useRealTimers();
});

for (const [name, config] of Object.entries(faked)) {
	const receivers =
		name === "nextTick too" ? ["fetch"] : ["fetch", "listener", "url"];
	for (const kind of receivers)
		for (const start of [startLocalhook, setupLocalhook])
			for (const clock of ["virtual", "real"])
				test(`${name}: ${kind}, ${start.name}, ${clock} clock`, async () => {
					const server = createServer(listener);
					const receiver = {
						fetch: () => new Response(),
						listener,
						url: kind === "url" ? await urlOf(server) : undefined,
					}[kind];
					const hooks = await start({
						providers: ["prolific"],
						receiver,
						clock,
						// Makes a real clock's retry a matter of milliseconds.
						speed: 100_000,
						faults: [{ fault: "cut-in-body", times: 1 }],
					});
					vi.useFakeTimers(config);

					for (const _ of [1, 2, 3]) {
						hooks.prolific.send("study.status.change");
						await hooks.idle();
					}
					if (clock === "virtual") await hooks.clock.advance("1h");
					else await hooks.wait("state:delivered", { count: 3 });

					expect(hooks.deliveries("state:delivered")).toHaveLength(3);
					if (name !== "nextTick too") await hooks.close();
					vi.useRealTimers();
					await hooks.close();
					server.closeAllConnections();
					server.close();
				});
}
