import { describe, expect, it } from "vitest";
import { serverAddress } from "../src/cli/connect.ts";
import { ioOf } from "../src/cli/io.ts";
import { serve } from "../src/cli/serve.ts";
import { verifyReceiver } from "../src/config/receivers.ts";
import type { Setup } from "../src/config/settings.ts";
import {
	createAllowedReceivers,
	parseRewrite,
} from "../src/delivery/allowed-receivers.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { webAddress, whyNoWebAddress } from "../src/web-address.ts";
import { runInProcess } from "./support/in-process.ts";

describe("what is not an http URL", () => {
	it.each([
		["localhost:3000/hooks", ", which starts with http:// or https://"],
		["me:s3cret@a.test/", ", which starts with http:// or https://"],
		["ftp://a.test/", ", which starts with http:// or https://"],
		["http:/a.test/", ", which starts with http:// or https://"],
		["http://me:pa#ss@a.test/", "write # as %23, / as %2F and ? as %3F"],
		["http://me:pa/ss@a.test/", "write # as %23, / as %2F and ? as %3F"],
		["http://me:pa?ss@a.test/", "write # as %23, / as %2F and ? as %3F"],
		["http://a.test:65536/", "its port is too high, ports end at 65535"],
		["http://me:p@a.test:99999", "its port is too high, ports end at 65535"],
		["http://a.test/a b", "%20 for a space"],
		["http://a.test/a b?to=me@b.test", "%20 for a space"],
		["http://me:a b@a.test:port/", "%20 for a space"],
		["http://a.test/\n", "%20 for a space"],
		["http:///", "it has no host"],
		["http://a.test:port/", /^it is not an http URL$/],
		["", ", which starts with http:// or https://"],
	])("is told why: %j", (text, reason) => {
		expect(webAddress(text)).toBeNull();
		expect(whyNoWebAddress(text)).toMatch(/^it is not an http URL/);
		expect(whyNoWebAddress(text)).toMatch(reason);
	});

	it.each<[string, () => unknown]>([
		["--receiver", () => verifyReceiver("a.test/hooks")],
		["the receiver", () => setupLocalhook({ receiver: "a.test/hooks" })],
		["--url", () => serverAddress({ url: "a.test" }, {})],
	])("is told why by %s", (_, call) => {
		expect(call).toThrow(whyNoWebAddress("a.test/hooks"));
	});
});

describe("a receiver whose URL no provider takes", () => {
	it.each([
		["http://127.0.0.1:3000/{proivder}", "only {provider} may stand in braces"],
		["http://127.0.0.1:3000/{provider}/{id}", "or write %7B for {"],
		["http://127.0.0.1:3000/{provider", "or write %7B for {"],
		["http://127.0.0.1:3000/ä", 'cannot hold "ä" as it is'],
		["http://127.0.0.1:3000/a|b", "or write %7C for |"],
		["http://127.0.0.1:3000/%zz", "or write %25 for %"],
		["http://me:(masked)@127.0.0.1:3000/{id}", "or write %7B for {"],
	])("is refused with what to write: %s", (url, reason) => {
		expect(() => verifyReceiver(url)).toThrow(
			expect.objectContaining({ message: expect.stringContaining(reason) }),
		);
	});

	it.each([
		"http://127.0.0.1:3000/{provider}",
		"http://a|b:c@127.0.0.1:3000/%7B",
	])("is none: %s", (url) => {
		expect(verifyReceiver(url)).toBeUndefined();
	});
});

it("leaves no server behind where a start cannot register its receiver", async () => {
	const listening = () =>
		process.getActiveResourcesInfo().filter((each) => each === "TCPServerWrap");
	const setup = { port: 0, seed: "1", clock: "real", speed: 1 };
	const receiver = "http://a.localhost/{id}";
	const before = listening();

	await expect(
		serve(
			{ ...setup, receiver } as Setup,
			ioOf(process),
			new AbortController(),
		),
	).rejects.toThrow("must match format");
	await expect.poll(listening).toEqual(before);
});

describe("an address where nothing is ever sent", () => {
	const reasons = [
		"http://169.254.169.254/",
		"http://0.0.0.0:3000/hooks",
		"http://2852039166/",
		"http://[::]/",
		"http://[::ffff:169.254.169.254]/",
	].map((url) => {
		const receiver = createAllowedReceivers().resolve(url);
		return [url, "refused" in receiver ? receiver.refused : "sent"] as const;
	});

	it.each(reasons)("is refused before anything starts: %s", (url, reason) => {
		const { origin } = new URL(url);

		for (const call of [
			() => verifyReceiver(url),
			() => setupLocalhook({ receiver: url }),
			() => parseRewrite(`https://hooks.example.com=${origin}`),
		])
			expect(call).toThrow(
				expect.objectContaining({
					code: "invalid-receiver",
					message: expect.stringContaining(reason),
				}),
			);
	});

	it("ends start with 2", async () => {
		const { code, stderr } = await runInProcess([
			"start",
			"--receiver",
			"http://169.254.169.254/",
		]);

		expect(code).toBe(2);
		expect(stderr).toContain("is an address where nothing is sent");
	});

	it("may be behind a name, which is looked at when something is sent", () => {
		expect(() => verifyReceiver("http://metadata.internal/")).not.toThrow();
	});
});

describe("the server of a command", () => {
	it.each([
		[{}, {}, "http://127.0.0.1:4600"],
		[{}, { LOCALHOOK_PORT: "4601" }, "http://127.0.0.1:4601"],
		[{}, { LOCALHOOK_PORT: "xx", LOCALHOOK_URL: "http://a:1/" }, "http://a:1"],
		[{ url: "https://a.test/s/" }, { LOCALHOOK_URL: "x" }, "https://a.test/s"],
	])("is found by %j and %j", (options, env, url) => {
		expect(serverAddress(options, env).url).toBe(url);
	});

	it.each([
		[
			"xx",
			'LOCALHOOK_PORT: it must be a whole number from 1 to 65535, not "xx".',
		],
		["65536", "LOCALHOOK_PORT: "],
		["0", "a whole number from 1 to 65535, not"],
		["80@a.test", "LOCALHOOK_PORT: "],
	])("is not looked for at the port %j", (LOCALHOOK_PORT, message) => {
		expect(() => serverAddress({}, { LOCALHOOK_PORT })).toThrow(message);
	});

	it.each([
		[{ url: "me" }, { LOCALHOOK_URL: "http://a" }, 'Invalid --url "me":'],
		[{}, { LOCALHOOK_URL: "me" }, 'Invalid LOCALHOOK_URL "me":'],
		// As the command line reads the variable for the flag.
		[{ url: "me" }, { LOCALHOOK_URL: "me" }, 'Invalid LOCALHOOK_URL "me":'],
	])("is named by where it was said: %j, %j", (options, env, message) => {
		expect(() => serverAddress(options, env)).toThrow(message);
	});
});

describe("a text that is empty", () => {
	it.each(["--seed", "--host", "--clock", "--handlers", "--write-env-file"])(
		"is refused of %s",
		async (flag) => {
			const { code, stderr } = await runInProcess(["start", flag, ""]);

			expect(code).toBe(2);
			expect(stderr).toContain(`${flag}: it must hold something, not ""`);
		},
	);

	it("is no seed in TypeScript and of the demo either", async () => {
		const { code, stderr } = await runInProcess(["demo", "--seed", ""]);

		expect(code).toBe(2);
		expect(stderr).toContain('Invalid seed ""');
		expect(() => setupLocalhook({ seed: "" })).toThrow('Invalid seed ""');
	});
});
