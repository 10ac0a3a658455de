// The same with Jest, whose fake timers fake everything that there is, nextTick too.
const { once } = require("node:events");
const { createServer } = require("node:http");
const { startLocalhook } = require("localhook");
const { setupLocalhook } = require("localhook/msw");

const listener = (request, response) =>
	request.resume().on("end", () => response.end("ok"));

afterEach(() => {
	jest.useRealTimers();
});

for (const kind of ["fetch", "listener", "url"])
	for (const start of [startLocalhook, setupLocalhook])
		for (const clock of ["virtual", "real"])
			test(`${kind}, ${start.name}, ${clock} clock`, async () => {
				const server = createServer(listener);
				server.listen(0, "127.0.0.1");
				await once(server, "listening");
				const hooks = await start({
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
				jest.useFakeTimers();

				for (const _ of [1, 2, 3]) {
					hooks.prolific.send("study.status.change");
					await hooks.idle();
				}
				if (clock === "virtual") await hooks.clock.advance("1h");
				else await hooks.wait("state:delivered", { count: 3 });

				expect(hooks.deliveries("state:delivered")).toHaveLength(3);
				await hooks.close();
				jest.useRealTimers();
				server.closeAllConnections();
				server.close();
			});
