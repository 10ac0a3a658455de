import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { acme } from "../support/acme.ts";
import { clients } from "../support/clients.ts";
import { listening, listeningAcme } from "../support/msw-setup.ts";

const json = { "content-type": "application/json" };
const ledger = "https://ledger.test/entries";

/** A receiver that books each thing somewhere else, and what it was told there. */
function bookkeeper(failures = 0) {
	const booked: string[] = [];
	return {
		booked,
		async receive(request: Request): Promise<Response> {
			const { data } = (await request.json()) as { data: { name: string } };
			const response = await fetch(ledger, { method: "POST" });
			booked.push(`${data.name} by ${await response.text()}`);
			return new Response(null, { status: failures-- > 0 ? 500 : 200 });
		},
	};
}
const ledgerOf = (name: string) =>
	http.post(ledger, () => HttpResponse.text(name));
const make = (url: string, name: string) =>
	fetch(url, { method: "POST", headers: json, body: JSON.stringify({ name }) });

test("a receiver in this process is called with no network", async () => {
	const received: string[] = [];
	const { hooks, url } = listeningAcme({
		receiver: async (request: Request) => {
			received.push(`${request.method} ${await request.text()}`);
			return new Response();
		},
	});

	await make(url, "anvil");
	await hooks.idle();

	expect(received).toEqual([expect.stringMatching(/^POST .*anvil/)]);
	expect(hooks.deliveries("state:delivered")).toHaveLength(1);
});

test.each(Object.entries(clients))(
	"what a receiver calls meets the overrides of whoever called by %s",
	async (_, send) => {
		const { booked, receive } = bookkeeper();
		const { hooks, server, url } = listeningAcme({ receiver: receive });
		const inBoundary = (name: string) =>
			server.boundary(async () => {
				server.use(ledgerOf(name));
				await send(url, "POST", json, JSON.stringify({ name }));
				await hooks.idle();
			});

		await Promise.all(
			["one", "two", "three"].map((name) => inBoundary(name)()),
		);

		expect(booked.sort()).toEqual([
			"one by one",
			"three by three",
			"two by two",
		]);
	},
);

test("a retry meets the overrides of the call that caused it, wherever the clock is turned", async () => {
	const { booked, receive } = bookkeeper(1);
	const { hooks, server, url } = listeningAcme(
		{ receiver: receive },
		{ policy: { retry: { delays: [60_000], jitter: "none" } } },
	);
	await server.boundary(async () => {
		server.use(ledgerOf("mine"));
		await make(url, "anvil");
		await hooks.idle();
	})();
	server.use(ledgerOf("another's"));

	await hooks.clock.advance("1m");

	expect(booked).toEqual(["anvil by mine", "anvil by mine"]);
});

test("what a test makes happen meets the test's own overrides", async () => {
	const { booked, receive } = bookkeeper();
	const { hooks, server } = listeningAcme({ receiver: receive });

	await server.boundary(async () => {
		server.use(ledgerOf("mine"));
		hooks.provider("acme").send("thing.made", { data: { name: "anvil" } });
		await hooks.idle();
	})();

	expect(booked).toEqual(["anvil by mine"]);
});

test("concurrent tests with a scope each do not see each other's calls", async () => {
	const { hooks, server } = listening<never>({
		providers: [acme({ servers: ["https://api.acme.test"] })],
	});
	const callsIn = (calls: number) =>
		server.boundary(async () => {
			const scope = await hooks.scope();
			server.use(...scope.handlers);
			let seen = 0;
			scope.journal.follow(({ kind }) => {
				if (kind === "call") seen++;
			});
			for (let call = 0; call < calls; call++)
				await fetch("https://api.acme.test/things");
			return seen;
		});

	const seen = await Promise.all([callsIn(1)(), callsIn(2)(), callsIn(3)()]);

	expect(seen).toEqual([1, 2, 3]);
});
