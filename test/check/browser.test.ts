import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "@playwright/test";
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	it,
	onTestFinished,
} from "vitest";
import type * as Programs from "../support/browser-page.ts";
import { bundlePage } from "../support/browser-page-bundle.ts";
import { startChromium, withoutChromium } from "../support/chromium.ts";
import { timeOf, type Vector, vectors } from "../support/vectors.ts";

type Dated = Vector & { readonly at: number };

let page: Awaited<ReturnType<typeof bundlePage>>;
beforeAll(async () => {
	page = await bundlePage();
});

it("localhook/msw is bundled for a page with nothing left open", () => {
	expect(page.warnings).toEqual([]);
	// What is advised to receivers in Node names Buffer.from(secret, ...), and calls nothing.
	const open = /\bnode:[a-z]+|\bBuffer\.(?!from\(secret, )/g;
	for (const [name, text] of page.files)
		expect(text.match(open), name).toBeNull();
});

describe.skipIf(withoutChromium !== "")(
	`in a real browser${withoutChromium && `: skipped, since ${withoutChromium}`}`,
	() => {
		let browser: Browser;
		beforeAll(async () => {
			browser = await startChromium();
		});
		afterAll(() => browser?.close());

		it("plays a provider by setupWorker: calls, a delivery that WebCrypto verifies, a retry on the virtual clock", async () => {
			const { run } = await open([]);

			const { seen, waited, ...rest } = await run("integrate");

			expect(rest).toEqual({
				status: 201,
				states: ["pending", "delivered"],
				answers: [500, 204],
			});
			expect(waited).toBe(60_000);
			expect(seen).toHaveLength(2);
			expect(seen[0]).toEqual({
				url: "https://example.com/hooks",
				text: expect.stringContaining('"anvil"'),
				verified: true,
			});
			expect(seen[1]).toEqual(seen[0]);
		});

		it("delivers over the network what a call causes, once the page has the reply", async () => {
			const { run, receiver, received } = await open([200]);

			const { seen, took } = await run("order", receiver);

			expect(seen).toEqual(["response 201", "body", "event thing.made"]);
			// Not by waiting for a client that cannot be observed.
			expect(took).toBeLessThan(1000);
			expect(received).toHaveLength(1);
		});

		it("says why a delivery does not get through", async () => {
			const { run, receiver, received } = await open([302]);
			const unlistened = "http://127.0.0.1:9/hooks";

			const errors = await run("failures", [receiver, unlistened]);

			const code = "connection";
			expect(errors).toEqual([
				{ code, message: "the receiver redirects, which no delivery follows" },
				{ code, message: expect.stringContaining("is the receiver up") },
				{ code, message: expect.stringContaining("cut on purpose") },
			]);
			expect(received).toHaveLength(1);
		});

		it("signs and verifies as every vector has it", async () => {
			const { run } = await open([]);
			const [deliveries, requests] = ["delivery", "request"].map((scheme) =>
				vectors
					.filter((vector) => vector.scheme === scheme)
					.map((vector) => ({ ...vector, at: timeOf(vector.timestamp) })),
			) as [Dated[], Dated[]];

			const verdicts = await run("signatures", deliveries);
			const accepted = await run("requests", requests);

			expect(verdicts).toEqual(
				deliveries.map(({ valid }) => ({ same: valid, accepted: valid })),
			);
			expect(accepted).toEqual(requests.map(({ valid }) => valid));
		});

		/** A page of its own, and a receiver beside it that answers with these, one after the other. */
		async function open(statuses: number[]) {
			const received: string[] = [];
			const server = createServer(async (request, response) => {
				const name = request.url?.slice(1) ?? "";
				if (request.method === "POST") {
					received.push(Buffer.concat(await request.toArray()).toString());
					response.writeHead(statuses.shift() ?? 500, { location: "/" }).end();
					return;
				}
				const text = name === "" ? "<!doctype html>" : page.files.get(name);
				const type = name === "" ? "text/html" : "text/javascript";
				response
					.writeHead(text === undefined ? 404 : 200, { "content-type": type })
					.end(text);
			});
			await new Promise<void>((resolve) =>
				server.listen(0, "127.0.0.1", resolve),
			);
			const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
			const tab = await browser.newPage();
			onTestFinished(async () => {
				await tab.close();
				server.closeAllConnections();
				server.close();
			});
			await tab.goto(origin);
			return {
				received,
				receiver: `${origin}/hooks`,
				run: <Program extends keyof typeof Programs>(
					name: Program,
					argument?: unknown,
				) =>
					tab.evaluate<Awaited<ReturnType<(typeof Programs)[Program]>>>(
						`import("/page.js").then((page) => page.${name}(${JSON.stringify(argument) ?? ""}))`,
					),
			};
		}
	},
);
