import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "@playwright/test";
import axe from "axe-core";
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	it,
	onTestFinished,
} from "vitest";
import type { Installed } from "../../src/engine/options.ts";
import { script, style } from "../../src/generated/inspector.ts";
import { acme } from "../support/acme.ts";
import { startChromium, withoutChromium } from "../support/chromium.ts";
import { addressOf, command } from "../support/command.ts";
import { folderWith } from "../support/folder.ts";
import { usual } from "../support/providers.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { type Running, serve } from "../support/server.ts";

/** Run, it would say so in the page's title. */
const hostile = `"><img src=x onerror=document.title='run'><script>document.title='run'</script></script>\u202e\u2028`;
const places = [
	"?",
	"?view=send",
	"?view=steer",
	"?view=providers",
	"?calls=shown",
	...["timeline", "request", "answer", "signature"].map(
		(tab) => `?delivery=latest&tab=${tab}`,
	),
];

const json = { "content-type": "application/json" };
/** An API that makes something happen. */
const emitting = acme({
	operations: {
		"make-thing": ({ body, emit }) => {
			emit("thing.made", { data: body });
			return { status: 201, body };
		},
	},
});

it("the inspector's page has at most 40 kB of script and style, gzipped", () => {
	const size = gzipSync(script).length + gzipSync(style).length;

	expect(size).toBeLessThan(40_000);
});

it.each([
	["is loaded once a browser asks for it", { accept: "text/html" }, 1],
	["is not loaded for anybody else", {}, 0],
])("the inspector %s", async (_, headers, count) => {
	const folder = await folderWith();
	const env = { NODE_V8_COVERAGE: folder };
	const running = command(["start", "--port", "0"], env);
	const url = await addressOf(running);

	for (const path of ["/", "/_localhook/deliveries"])
		await (await fetch(url + path, { headers })).text();
	running.process.kill("SIGTERM");
	await running.finished;

	const [report = ""] = await readdir(folder);
	const text = await readFile(join(folder, report), "utf8");
	const loaded = JSON.parse(text).result.map(({ url }: { url: string }) => url);
	const files = loaded.filter((file: string) => file.startsWith("file:"));
	const texts = files.map((file: string) =>
		readFileSync(new URL(file), "utf8"),
	);
	const ofPage = /require-trusted-types-for/;
	expect(files.length).toBeGreaterThan(3);
	expect(texts.filter((each: string) => ofPage.test(each))).toHaveLength(count);
});

describe.skipIf(withoutChromium !== "")(
	`the inspector, in a real browser${withoutChromium && `: skipped, since ${withoutChromium}`}`,
	() => {
		let browser: Browser;
		beforeAll(async () => {
			browser = await startChromium();
		});
		afterAll(() => browser?.close());

		it("shows a delivery that is refused, says why, and resends it once the receiver is mended, by the keyboard alone", async () => {
			const { running, receiver, page } = await open();
			receiver.answer({ status: 405, headers: { allow: "GET" } });
			send(running);

			await page.getByText("⋯ pending").waitFor();
			await page.keyboard.press("j");
			await page.keyboard.press("Enter");
			await page.getByRole("button", { name: "Why was it refused?" }).waitFor();
			await page.keyboard.press("w");
			await page.locator("pre", { hasText: "405" }).waitFor();
			receiver.answer({ status: 200 });
			await page.keyboard.press("R");
			await page.getByRole("heading", { name: "delivered" }).waitFor();
			await page.keyboard.press("Escape");

			await page.getByText("✓ 1 delivered").waitFor();
			expect(await focused(page)).toBe(running.engine.delivery("latest").id);
		});

		it("sends an event of the catalogue, one that is edited, and one that is signed wrongly", async () => {
			const { page, receiver } = await open();
			await page.keyboard.press("s");
			await page.getByRole("link", { name: usual.event, exact: true }).click();
			const chosen = page.locator("[aria-current]", { hasText: usual.event });
			await chosen.waitFor();
			const asJson = page.getByRole("button", { name: "Edit as JSON" });
			const payload = page.getByLabel("Payload");
			await page.locator(".line input").first().waitFor();
			await asJson.click();
			await expect.poll(() => payload.inputValue()).toContain("{");

			await payload.fill('{"edited":1}');
			await page.getByLabel("Signature").selectOption("garbage");
			await page.getByRole("button", { name: "Send", exact: true }).click();
			await page.getByRole("heading", { name: "wrongly accepted" }).waitFor();
			await page.keyboard.press("e");
			await asJson.click();
			await expect.poll(() => payload.inputValue()).toContain("edited");
			await payload.fill("no JSON");
			await page.getByRole("button", { name: "Send", exact: true }).click();
			await page.getByText("Invalid payload").waitFor();
			await payload.fill('{"edited":2}');
			await page.getByRole("button", { name: "Send", exact: true }).click();
			await page.getByRole("heading", { name: "✓ delivered" }).waitFor();

			const bodies = receiver.requests.map(({ body }) =>
				JSON.parse(String(body)),
			);
			expect(bodies).toMatchObject([{ edited: 1 }, { edited: 2 }]);
		});

		it("sets fields of an event in a form that the schema checks, for one endpoint", async () => {
			const { page, receiver, running } = await open(
				"?view=send&type=thing.made",
				{ provider: acme() },
			);
			const [{ id = "" } = {}] = running.engine.endpoints("acme");
			const size = page.getByLabel("data.size");

			await size.fill("huge");
			await size.blur();
			await page.getByRole("alert").getByText('"huge"').waitFor();
			await size.fill("7");
			await size.blur();
			await page.getByRole("alert").waitFor({ state: "detached" });
			await page.getByLabel("Endpoint").selectOption(id);
			const command = `localhook send acme thing.made --set data.size=7 --endpoint ${id}`;
			await page.getByText(command).waitFor();
			await page.getByRole("button", { name: "Send", exact: true }).click();
			await page.getByRole("heading", { name: "✓ delivered" }).waitFor();

			expect(JSON.parse(String(receiver.requests[0]?.body))).toMatchObject({
				data: { size: 7 },
			});
		});

		it("shows what became of the newest check of a field, whichever is answered last", async () => {
			const { page } = await open("?view=send&type=thing.made", {
				provider: acme(),
			});
			const size = page.getByLabel("data.size");
			let release = () => {};
			const held = new Promise<void>((resolve) => {
				release = resolve;
			});
			await page.route("**/_localhook/events*", async (route) => {
				if (route.request().postData()?.includes("huge")) await held;
				await route.continue();
			});
			const late = page.waitForResponse((response) =>
				String(response.request().postData()).includes("huge"),
			);

			for (const text of ["huge", "7"]) {
				await size.fill(text);
				await size.blur();
			}
			await page.getByText("--set data.size=7").waitFor();
			release();
			await (await late).finished();

			await page.evaluate("new Promise((done) => setTimeout(done))");
			expect(await page.getByRole("alert").count()).toBe(0);
		});

		it("keeps what is typed into a field while deliveries come", async () => {
			const { page, running } = await open("?view=send");
			const field = page.locator(".line input").first();
			await field.fill("half");

			const loaded = page.waitForResponse(/_localhook\/providers/);
			send(running);
			await (await loaded).finished();
			await page.evaluate("new Promise((done) => setTimeout(done))");

			expect(await field.inputValue()).toBe("half");
		});

		it("copies a delivery in each form, and shows two attempts side by side", async () => {
			const { page, running, receiver } = await open();
			receiver.answer({ status: 500, body: "first" }, { body: "second" });
			send(running);
			await running.engine.wait("attempts:1");
			await page
				.context()
				.grantPermissions(["clipboard-read", "clipboard-write"]);
			await page.getByRole("link", { name: usual.event }).click();
			const press = async (name: string) => {
				await page.getByRole("button", { name, exact: true }).click();
				await page.getByText(`${name}: done`).waitFor({ state: "attached" });
				return page.evaluate<string>("navigator.clipboard.readText()");
			};
			await page.getByText("Copy", { exact: true }).click();
			const { id } = running.engine.delivery("latest");

			const command = await press("Copy the command");
			const curl = await press("Copy as curl");
			const fetched = await press("Copy as fetch");
			const test = await press("Copy as a Vitest test");
			const markdown = await press("Copy as Markdown");
			await page.getByRole("button", { name: "Attempt now" }).click();
			await page.getByRole("link", { name: "attempt 2" }).click();
			await page.getByRole("link", { name: "beside 1" }).click();

			expect(command).toBe(
				`localhook resend ${id} --exact --url ${running.url}`,
			);
			expect(curl).toContain(`# ${id}`);
			expect(fetched).toContain("await fetch(");
			expect(test).toContain("toBeDelivered()");
			expect(markdown).toContain("- attempt 1: 500");
			await page.getByText("second", { exact: true }).waitFor();
			await page.getByText("first", { exact: true }).waitFor();
		});

		it("shows what each provider does, and how sure that is", async () => {
			const { page, running } = await open();
			const { title, operations } = usual.provider;
			const [operation = ""] = Object.keys(operations);
			await page.keyboard.press("p");

			await page.getByRole("heading", { name: title }).waitFor();
			const url = `${running.url}/${usual.id}`;
			await page.getByText(url, { exact: true }).waitFor();
			await page.getByRole("rowheader", { name: operation }).waitFor();
			await page.getByRole("cell", { name: "documented" }).first().waitFor();
			await page
				.getByRole("row", { name: usual.event })
				.getByRole("link", { name: "Send" })
				.click();

			await page.getByRole("heading", { name: "Send an event" }).waitFor();
		});

		it("shows calls of the API beside the list, what they caused, and what caused a delivery", async () => {
			const { page, running } = await open("", { provider: emitting });
			const init = { method: "POST", headers: { "x-key": "1234", ...json } };
			const body = JSON.stringify({ name: "anvil" });
			for (const _ of [1, 2])
				await fetch(`${running.url}/acme/things`, { ...init, body });
			await running.engine.wait("state:delivered", { count: 2 });
			const type = "thing.made";
			const { event } = running.engine.delivery("latest");

			await page.getByRole("link", { name: "Show calls of the API" }).click();
			const caused = page.locator("li").getByRole("link", { name: type });
			await caused.first().click();
			await expect.poll(() => page.locator("[data-id]").count()).toBe(1);
			await page.locator("[data-id]").click();
			await page.getByRole("link", { name: "Hide calls" }).click();
			await page.getByRole("link", { name: `the call ${event.call}` }).click();

			const named = page.locator("li[aria-current]");
			await named.getByRole("link", { name: type }).waitFor();
		});

		it("puts endpoints out of order, moves the clock, changes secrets, plans faults and starts over", async () => {
			const { page, running, receiver } = await open("?view=steer");
			const { engine } = running;
			const press = (name: string) =>
				page.getByRole("button", { name, exact: true }).first().click();
			const [secret] = engine.secrets(usual.id);

			await press("Take down");
			await page.getByText("enabled, down, 0 pending").waitFor();
			send(running);
			await page.getByText("enabled, down, 1 pending").waitFor();
			await page.getByLabel("How far").fill("soon");
			await press("Move the clock forward");
			await page.getByRole("alert").getByText('"soon"').waitFor();
			await press("Resume");
			await page.getByText("enabled, 1 pending").waitFor();
			await press("Skip to the next attempt");
			await expect.poll(() => receiver.requests.length).toBe(1);
			await press("Show the secrets");
			await page.getByText(secret?.value ?? "", { exact: true }).waitFor();
			await press("Replace");
			await expect
				.poll(() => engine.secrets(usual.id)[0]?.value)
				.not.toBe(secret?.value);
			const plan = page.getByLabel("The plan");
			await plan.fill('[{ "fault": "drop", "times": 1 }]');
			await page
				.getByText(`echo '[{ "fault": "drop", "times": 1 }]' | localhook`)
				.waitFor();
			await press("Load this plan");
			await page.getByText("drop: drawn 0").waitFor();
			await press("Remove all faults");
			await page.getByText("No fault is planned").waitFor();
			await press("Reset everything");

			await expect.poll(() => [...engine.journal.newest()]).toEqual([]);
			expect(await page.locator("code").allTextContents()).toContain(
				`localhook clock next --url ${running.url}`,
			);
		});

		it("stands still while a delivery is open, says how many are new, and shows them when it is asked to", async () => {
			const { running, page } = await open();
			send(running);
			await page.getByRole("link", { name: usual.event }).click();
			await page.locator("#delivery").waitFor();

			send(running, 3);
			await page.getByText("3 new ↑").click();

			await page.getByText("✓ 4 delivered").waitFor();
			expect(await page.locator("[data-id]").count()).toBe(4);
		});

		it("keeps fewer than 100 rows of 2,000 in the document, and leads to the older ones", async () => {
			const { running, page } = await open("", { count: 2000 });
			const [, older] = [...running.engine.journal.newest()].filter(
				(_, index) => index % 60 === 0,
			);

			await page.getByRole("link", { name: "Older deliveries" }).click();
			await page.locator(`[data-id="${older?.id}"]`).waitFor();

			expect(await page.locator("[data-id]").count()).toBe(60);
			await page.getByRole("link", { name: "Newest deliveries" }).click();
			const { id } = running.engine.delivery("latest");
			await page.locator(`[data-id="${id}"]`).waitFor();
		});

		it("shows a row as it is now, however many are newer", async () => {
			const { running, receiver, page } = await open();
			receiver.answer({ status: 500 });
			send(running);
			await page.getByText("⋯ pending").waitFor();
			const { id } = running.engine.delivery("latest");
			await page.keyboard.press("j");
			send(running, 100);
			await page.getByText("60 or more new ↑").waitFor();

			receiver.answer({ status: 200 });
			await running.engine.attempt(id);

			await page.getByRole("row", { name: "✓ delivered" }).waitFor();
			expect(await focused(page)).toBe(id);
		});

		it("shows nothing of another place while localhook does not answer, and goes on when it does", async () => {
			const { running, page } = await open("", { count: 1 });
			await page.route("**/_localhook/**", (route) => route.abort());

			await page.getByRole("link", { name: "Steer" }).click();
			await page.getByText("as soon as localhook answers").waitFor();
			expect(await page.locator("[data-id]").count()).toBe(0);
			await page.unroute("**/_localhook/**");
			send(running);

			await page.getByRole("heading", { name: "Steer" }).waitFor();
		});

		it("keeps the focus on its row while others come", async () => {
			const { running, page } = await open("", { count: 1 });
			await page.keyboard.press("j");
			const before = await focused(page);

			send(running, 100);
			await page.getByText("60 or more new ↑").waitFor();

			expect(before).toBeDefined();
			expect(await focused(page)).toBe(before);
		});

		it("forgets what a reset has forgotten, while a delivery is open, and holds no connection while nobody sees it", async () => {
			const { running, page } = await open("?delivery=latest", { count: 2 });
			await page.locator("#delivery").waitFor();

			await running.engine.reset();
			send(running);

			// The first one after a reset has the id of the first one before.
			const rows = page.locator("[data-id]");
			await expect.poll(() => rows.count()).toBe(1);
			const left = page.waitForEvent("requestfailed");
			await page.evaluate(
				"Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange'))",
			);
			expect((await left).url()).toContain("/journal/stream");
		});

		it("shows a delivery by no id that is a part of a path", async () => {
			const { page } = await open("?delivery=..", { count: 1 });

			await page.locator("[data-id]").click();
			await page.locator("#delivery").waitFor();
			await page.getByRole("link", { name: "Signature" }).click();

			await page.getByText("bytes are signed").first().waitFor();
		});

		it("finds by a query, and says in its place what is wrong with one", async () => {
			const { page } = await open("", { count: 1 });

			await page.keyboard.press("/");
			await page.keyboard.type("state:faild");
			await page.keyboard.press("Enter");

			await page.getByRole("alert").getByText("failed").waitFor();
			await page.locator("input").fill("state:delivered");
			await page.keyboard.press("Enter");
			await page.locator("[data-id]").waitFor();
			expect(new URL(page.url()).search).toBe("?query=state%3Adelivered");
		});

		it("is readable without scripts: the list in pages, and each part of a delivery", async () => {
			const { running, page } = await open("", { count: 61, script: false });

			expect(await page.locator("[data-id]").count()).toBe(60);
			await page.getByRole("link", { name: "Older deliveries" }).click();
			await page.locator("[data-id]").click();
			await page.getByRole("link", { name: "Request" }).click();

			const { body } = [...running.engine.journal.newest()].at(-1) ?? {};
			const shown = await page.locator("pre").textContent();
			expect(shown).toBe(Buffer.from(body ?? "").toString());
			expect(await page.getByRole("button", { name: "Find" }).count()).toBe(1);
		});

		it.each(["light", "dark"] as const)(
			"has nothing that axe finds, in any part, in %s",
			async (colorScheme) => {
				const { page } = await open("", { count: 2 });
				await page.emulateMedia({ colorScheme });

				for (const place of places) {
					await page.goto(new URL(place, page.url()).href);
					await page.locator("html.live h1").first().waitFor();
					// Not as a script of the page: its policy forbids that.
					const found = await page.evaluate(
						`${axe.source}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`,
					);
					expect(found, place).toEqual([]);
				}
			},
			60_000,
		);

		it("fits 320 pixels, with the list or a delivery", async () => {
			const { page } = await open("", { count: 2 });
			await page.setViewportSize({ width: 320, height: 640 });

			for (const place of places) {
				await page.goto(new URL(place, page.url()).href);
				await page.locator("html.live #main").waitFor();
				const width = await page.evaluate("document.body.scrollWidth");
				expect(width, place).toBeLessThanOrEqual(320);
			}
		});

		it("shows hostile texts as texts: in a type, a URL, headers and bodies", async () => {
			const { running, receiver, page } = await open();
			receiver.answer({
				status: 500,
				headers: {
					"x-hostile": encodeURI(hostile),
					"content-type": "text/html",
				},
				body: hostile,
			});
			await running.control("POST", "/events", {
				provider: usual.id,
				type: usual.event,
				to: `${receiver.url}/${encodeURI(hostile)}`,
				body: Buffer.from(hostile).toString("base64"),
				wait: true,
			});

			for (const place of [
				...places,
				`?query=${encodeURIComponent(hostile)}`,
				`?delivery=${encodeURIComponent(hostile)}`,
			]) {
				await page.goto(new URL(place, page.url()).href);
				await page.locator("html.live #main").waitFor();
				expect(await page.title(), place).toBe("localhook");
				expect(await page.locator("#page img, #page script").count()).toBe(0);
				// It would turn what follows it around.
				expect(await page.locator("#page").textContent()).not.toContain(
					"\u202e",
				);
			}
		});

		it("takes a token from the fragment, forgets it in the address, and shows nothing without one", async () => {
			const token = "a-token-of-16-characters";
			const { running, page } = await open(`#token=${token}`, {
				count: 1,
				token,
			});

			await page.locator("[data-id]").waitFor();
			expect(page.url()).toBe(`${running.url}/`);
			await page.reload();
			await page.locator("[data-id]").waitFor();
			const other = await page.context().newPage();
			await other.goto(running.url);
			await other.getByText("token").first().waitFor();
			expect(await other.locator("[data-id]").count()).toBe(0);
		});

		interface Opened {
			readonly provider?: Installed | string;
			readonly count?: number;
			readonly script?: boolean;
			readonly token?: string;
		}

		/** A server with a receiver, and the page of it; nothing may be against the page's policy, or thrown. */
		async function open(
			place = "",
			{ provider, count = 0, script = true, token }: Opened = {},
		): Promise<{ running: Running; receiver: Receiver; page: Page }> {
			const receiver = await startReceiver();
			onTestFinished(() => receiver.close());
			const running = await serve(
				provider ?? usual.id,
				// What a person writes is never checked.
				{ receiver: receiver.url, onMismatch: () => {} },
				token === undefined ? {} : { token },
			);
			if (count > 0) {
				send(running, count);
				await running.engine.wait("state:delivered", { count });
			}
			const context = await browser.newContext({ javaScriptEnabled: script });
			onTestFinished(() => context.close());
			const page = await context.newPage();
			page.setDefaultTimeout(8000);
			const problems: string[] = [];
			page.on("pageerror", ({ message }) => problems.push(message));
			page.on("console", (message) => {
				if (/policy|violat|trusted/i.test(message.text()))
					problems.push(message.text());
			});
			onTestFinished(() => expect(problems).toEqual([]));
			await page.goto(`${running.url}/${place}`);
			if (script) await page.locator("html.live").waitFor();
			return { running, receiver, page };
		}
	},
);

function send({ engine }: Running, count = 1): void {
	for (let i = 0; i < count; i++) engine.send(usual.id, usual.event, {});
}

/** The delivery whose row has the focus. */
function focused(page: Page): Promise<string | undefined> {
	return page.evaluate<string | undefined>(
		"document.activeElement?.dataset.id",
	);
}
