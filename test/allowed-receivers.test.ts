import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	createAllowedReceivers,
	isLoopback,
	parseAllowedReceiver,
	parseRewrite,
	type ReceiverRules,
} from "../src/delivery/allowed-receivers.ts";
import { anyText } from "./support/arbitraries.ts";

/** Where a delivery goes, or why it does not. */
function sent(url: string, rules?: ReceiverRules): string {
	const receiver = createAllowedReceivers(rules).resolve(url);
	return receiver.refused ?? receiver.href;
}

const refused = expect.stringContaining("is neither loopback nor allowed");

describe("loopback", () => {
	it.each([
		"http://localhost/",
		"http://localhost:3000/hooks?a=b",
		"http://LocalHost/",
		"http://receiver.localhost:8080/",
		"https://127.0.0.1/",
		"http://127.0.0.1:1/",
		"http://127.255.3.4/",
		"http://127.1/",
		"http://127.0.1/",
		"http://2130706433/",
		"http://0x7f000001/",
		"http://0x7f.1/",
		"http://0177.0.0.1/",
		"http://017700000001/",
		"http://%31%32%37.0.0.1/",
		"http://[::1]:3000/",
		"http://[0:0:0:0:0:0:0:1]/",
	])("is allowed in this spelling: %s", (url) => {
		expect(sent(url)).toBe(new URL(url).href);
	});

	it.each([
		"http://example.com/",
		"http://127.0.0.1.example.com/",
		"http://localhost.example.com/",
		"http://notlocalhost/",
		"http://128.0.0.1/",
		"http://126.255.255.255/",
		"http://2130706432.example/",
		"http://10.0.0.1/",
		"http://[::ffff:127.0.0.1]/",
		"http://[::ffff:10.0.0.1]/",
		"http://localhost./",
		"http://127.0.0.1@example.com/",
		"http://localhost:80@example.com/",
		"http://example.com#@127.0.0.1/",
		"http://example.com?@127.0.0.1/",
		"http://example.com\\@127.0.0.1/",
		"http://ⓔxample.com/",
	])("is not what this is: %s", (url) => {
		expect(sent(url)).toEqual(refused);
	});

	it.each([
		"http://0.0.0.0/",
		"http://0/",
		"http://169.254.169.254/latest/meta-data/",
		"http://169.254.1.1/",
		"http://2852039166/",
		"http://0xa9fea9fe/",
		"http://0xa9.0xfe.0xa9.0xfe/",
		"http://0251.0376.0251.0376/",
		"http://169.16689662/",
		"http://１６９.254.169.254/",
		"http://100.100.100.200/",
		"http://168.63.129.16/",
		"http://224.0.0.1/",
		"http://255.255.255.255/",
		"http://[::]/",
		"http://[::2]/",
		"http://[::ffff:0.0.0.0]/",
		"http://[::ffff:169.254.169.254]/",
		"http://[::ffff:a9fe:a9fe]/",
		"http://[::ffff:0:a9fe:a9fe]/",
		"http://[::169.254.169.254]/",
		"http://[64:ff9b::169.254.169.254]/",
		"http://[64:ff9b::a9fe:a9fe]/",
		"http://[64:ff9b::e000:1]/",
		"http://[64:ff9b:1::a9fe:a9fe]/",
		"http://[2002:a9fe:a9fe::1]/",
		"http://[2001:0:a9fe:a9fe::1]/",
		"http://[2001:db8::5efe:a9fe:a9fe]/",
		"http://[2001:db8::200:5efe:169.254.169.254]/",
		"http://[fe80::1]/",
		"http://[febf::1]/",
		"http://[ff02::1]/",
		"http://[fd00:ec2::254]/",
		"http://[fd20:ce::254]/",
	])("is not what this is, nor can it be allowed: %s", (url) => {
		const { hostname, origin } = new URL(url);
		const reason = expect.stringContaining("where nothing is sent");
		const rewrite = [{ from: "http://127.0.0.1:1", to: origin }];

		expect(sent(url)).toEqual(reason);
		expect(sent(url, { allow: [hostname] })).toEqual(reason);
		expect(sent("http://127.0.0.1:1/", { rewrite })).toEqual(reason);
		expect(() => parseAllowedReceiver(hostname)).toThrow(
			expect.objectContaining({ code: "invalid-receiver", message: reason }),
		);
	});

	it("is not what any other address is, which can be allowed", () => {
		const urls = [
			"http://10.0.0.1/",
			"http://192.168.1.20/",
			"http://100.64.0.1/",
			"http://8.8.8.8/",
			"http://[2001:db8::1]/",
			"http://[fd12:3456::1]/",
			"http://[64:ff9b::808:808]/",
			"http://[::ffff:7f00:1]/",
		];

		for (const url of urls) {
			expect(sent(url)).toEqual(refused);
			expect(sent(url, { allow: [new URL(url).hostname] })).toBe(url);
		}
	});

	it("is told by a parsed host", () => {
		expect(
			["localhost", "a.b.localhost", "[::1]", "127.0.0.2"].every(isLoopback),
		).toBe(true);
		expect(
			["", "localhost.", "xlocalhost", "[::ffff:7f00:1]", "1270.0.1"].some(
				isLoopback,
			),
		).toBe(false);
	});
});

describe("a receiver", () => {
	it.each([
		["file:///etc/passwd", '"file:" is not a web address'],
		["ftp://127.0.0.1/", '"ftp:" is not a web address'],
		["javascript:alert(1)", '"javascript:" is not a web address'],
		["data:text/plain,x", '"data:" is not a web address'],
		["ws://127.0.0.1/", '"ws:" is not a web address'],
		["127.0.0.1:3000", '"127.0.0.1:3000" is not a URL'],
		["localhost:3000", '"localhost:" is not a web address'],
		["/hooks", '"/hooks" is not a URL'],
		["", '"" is not a URL'],
		["http://", '"http://" is not a URL'],
		["http://256.256.256.256/", '"http://256.256.256.256/" is not a URL'],
	])("is refused that is no web address: %s", (url, reason) => {
		expect(sent(url)).toBe(reason);
	});

	it("that is refused is told both ways out", () => {
		expect(sent("https://hooks.example.com:8443/a")).toBe(
			'"hooks.example.com:8443" is neither loopback nor allowed; start with --allow-receiver hooks.example.com:8443, ' +
				"or send it to a local receiver with --rewrite https://hooks.example.com:8443=http://127.0.0.1:3000",
		);
	});

	it("is never anything but loopback, whatever was registered", () => {
		const host = fc.oneof(
			fc.ipV4Extended(),
			fc.ipV6().map((address) => `[${address}]`),
			fc.domain(),
			fc.constantFrom(
				"localhost",
				"a.localhost",
				"localhost.",
				"0",
				"127.1",
				"[::1]",
			),
			anyText(),
		);
		const receivers = createAllowedReceivers();
		fc.assert(
			fc.property(
				fc.constantFrom("http://", "https:", "http:\\\\", "", "file://"),
				anyText(),
				host,
				anyText(),
				(scheme, before, name, after) => {
					const receiver = receivers.resolve(
						`${scheme}${before === "" ? "" : `${before}@`}${name}${after}`,
					);

					if (receiver.refused === undefined) {
						const { protocol, hostname } = new URL(receiver.href);
						expect(protocol).toMatch(/^https?:$/);
						expect(hostname).toMatch(
							/^(127\.\d+\.\d+\.\d+|\[::1\]|(.+\.)?localhost)$/,
						);
					} else expect(receiver.refused).not.toBe("");
				},
			),
		);
	});

	it("is the same each time, also after very many others", () => {
		const receivers = createAllowedReceivers();
		const first = receivers.resolve("http://127.0.0.1/first");

		for (let i = 0; i < 2500; i++) receivers.resolve(`http://127.0.0.1/${i}`);

		expect(receivers.resolve("http://127.0.0.1/first")).toEqual(first);
	});
});

describe("an allowed receiver", () => {
	it("is allowed at every port without one of its own, and at that one with", () => {
		const anyPort = { allow: ["hooks.example.com"] };
		const onePort = { allow: ["hooks.example.com:8443"] };

		expect(sent("https://hooks.example.com/a", anyPort)).toBe(
			"https://hooks.example.com/a",
		);
		expect(sent("http://hooks.example.com:8443/a", anyPort)).toBe(
			"http://hooks.example.com:8443/a",
		);
		expect(sent("https://hooks.example.com:8443/a", onePort)).toBe(
			"https://hooks.example.com:8443/a",
		);
		expect(sent("https://hooks.example.com/a", onePort)).toEqual(refused);
		expect(sent("https://example.com/a", anyPort)).toEqual(refused);
		expect(sent("https://x.hooks.example.com/a", anyPort)).toEqual(refused);
	});

	it.each([
		[
			"hooks.example.com:80",
			"http://hooks.example.com/",
			"https://hooks.example.com/",
		],
		[
			"hooks.example.com:443",
			"https://hooks.example.com/",
			"http://hooks.example.com/",
		],
		[
			"hooks.example.com:443",
			"https://hooks.example.com:443/",
			"https://hooks.example.com:80/",
		],
		["[2001:db8::1]:443", "https://[2001:db8::1]/", "http://[2001:db8::1]/"],
	])("may name a port that a URL leaves out: %s", (text, allowed, other) => {
		const rules = { allow: [parseAllowedReceiver(text)] };

		expect(sent(allowed, rules)).toBe(new URL(allowed).href);
		expect(sent(other, rules)).toEqual(refused);
	});

	it.each([
		["hooks.example.com", "hooks.example.com"],
		["Hooks.Example.com:8443", "hooks.example.com:8443"],
		["hooks.example.com:80", "hooks.example.com:80"],
		["münchen.example", "xn--mnchen-3ya.example"],
		["10.1", "10.0.0.1"],
		["[2001:DB8::1]:8080", "[2001:db8::1]:8080"],
	])("is read as a host and perhaps a port: %s", (text, read) => {
		const allowed = parseAllowedReceiver(text);

		expect(allowed).toBe(read);
		expect(sent(`http://${text}/`, { allow: [allowed] })).toBe(
			new URL(`http://${text}/`).href,
		);
	});

	it.each([
		"",
		" ",
		"https://hooks.example.com",
		"hooks.example.com/path",
		"hooks.example.com\\path",
		"user@hooks.example.com",
		"hooks.example.com?a",
		"hooks.example.com#a",
		"hooks.example.com:port",
		"hooks.example.com:99999",
		"two hosts",
	])("is refused that is not a host: %j", (text) => {
		expect(() => parseAllowedReceiver(text)).toThrow(
			expect.objectContaining({
				code: "invalid-receiver",
				message: expect.stringContaining(
					`"${text.replace("user@", "(masked)@")}"`,
				),
			}),
		);
	});
});

describe("a rewrite", () => {
	const rules = {
		rewrite: [parseRewrite("https://hooks.example.com=http://127.0.0.1:3000")],
	};

	it.each([
		["https://hooks.example.com", "http://127.0.0.1:3000/"],
		[
			"https://hooks.example.com:443/a/b?c=d%20e#f",
			"http://127.0.0.1:3000/a/b?c=d%20e",
		],
		["https://HOOKS.example.com/%2e%2e/x", "http://127.0.0.1:3000/x"],
		["https://user:secret@hooks.example.com/a", "http://127.0.0.1:3000/a"],
		[
			"https://hooks.example.com//evil.example/a",
			"http://127.0.0.1:3000//evil.example/a",
		],
		[
			"https://hooks.example.com/\\evil.example/a",
			"http://127.0.0.1:3000//evil.example/a",
		],
		[
			"https://hooks.example.com/http://evil.example/",
			"http://127.0.0.1:3000/http://evil.example/",
		],
	])(
		"sends the same path and query to the other origin: %s",
		(url, receiver) => {
			expect(sent(url, rules)).toBe(receiver);
		},
	);

	it("is for one origin alone", () => {
		expect(sent("http://hooks.example.com/", rules)).toEqual(refused);
		expect(sent("https://hooks.example.com:8443/", rules)).toEqual(refused);
		expect(sent("https://other.example.com/", rules)).toEqual(refused);
		expect(sent("http://127.0.0.1:4000/", rules)).toBe(
			"http://127.0.0.1:4000/",
		);
	});

	it("does not make the receiver it names allowed", () => {
		const away = {
			rewrite: [
				parseRewrite("http://localhost:3000=https://hooks.example.com"),
			],
		};

		expect(sent("http://localhost:3000/", away)).toEqual(refused);
		expect(
			sent("http://localhost:3000/a", {
				...away,
				allow: ["hooks.example.com"],
			}),
		).toBe("https://hooks.example.com/a");
	});

	it("keeps every path and query as it was", () => {
		fc.assert(
			fc.property(anyText(), anyText(), (path, query) => {
				const url = new URL("https://hooks.example.com");
				url.pathname = path;
				url.search = query;

				const receiver = createAllowedReceivers(rules).resolve(url.href);

				expect(receiver).toEqual({
					href: `http://127.0.0.1:3000${url.pathname}${url.search}`,
					origin: "http://127.0.0.1:3000",
					path: `${url.pathname}${url.search}`,
				});
			}),
		);
	});

	it.each([
		"",
		"https://hooks.example.com",
		"https://hooks.example.com=",
		"=http://127.0.0.1:3000",
		"hooks.example.com=127.0.0.1:3000",
		"https://hooks.example.com/path=http://127.0.0.1:3000",
		"https://hooks.example.com=http://127.0.0.1:3000/?a",
		"https://hooks.example.com=http://127.0.0.1:3000=http://127.0.0.1:4000",
		"file:///tmp=http://127.0.0.1:3000",
	])("is refused that is not two origins: %j", (text) => {
		expect(() => parseRewrite(text)).toThrow(
			expect.objectContaining({
				code: "invalid-receiver",
				message: expect.stringContaining(
					`"${text.replace("user@", "(masked)@")}"`,
				),
			}),
		);
	});
});
