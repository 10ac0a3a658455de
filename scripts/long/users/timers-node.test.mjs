// The same with the mock timers of node:test.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { startLocalhook } from "localhook";

const listener = (request, response) =>
	request.resume().on("end", () => response.end("ok"));

for (const kind of ["fetch", "listener", "url"])
	for (const clock of ["virtual", "real"])
		test(`${kind}, ${clock} clock`, async (t) => {
			const server = createServer(listener);
			server.listen(0, "127.0.0.1");
			await once(server, "listening");
			const hooks = await startLocalhook({
				providers: ["prolific"],
				receiver: {
					fetch: () => new Response(),
					listener,
					url: `http://127.0.0.1:${server.address().port}/hooks`,
				}[kind],
				clock,
				speed: 100_000,
				faults: [{ fault: "cut-in-body", times: 1 }],
			});
			t.mock.timers.enable();

			for (const _ of [1, 2, 3]) {
				hooks.prolific.send("study.status.change");
				await hooks.idle();
			}
			if (clock === "virtual") await hooks.clock.advance("1h");
			else await hooks.wait("state:delivered", { count: 3 });

			assert.equal(hooks.deliveries("state:delivered").length, 3);
			await hooks.close();
			t.mock.timers.reset();
			server.closeAllConnections();
			server.close();
		});
