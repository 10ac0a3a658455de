import { expect, it } from "vitest";
import { LocalhookError } from "../src/errors.ts";
import { missingPeer, type Peer, requirePeer } from "../src/peers.ts";

it.each<[Peer, string]>([
	["msw", "2.9.0"],
	["msw", "1.3.5"],
	["vitest", "3.2.4"],
	["vitest", "4.0.18"],
	["@playwright/test", "1.49.1"],
])("an entry says that %s %s is too old, and what to run", (peer, found) => {
	const load = () => requirePeer(peer, "localhook/entry", found);

	expect(load).toThrow(LocalhookError);
	expect(load).toThrow(
		new RegExp(
			`^Failed to load localhook/entry: it needs ${peer} \\S+ or newer, and ${found} is installed\\. Run: npm install --save-dev ${peer}@latest$`,
		),
	);
});

it.each<[Peer, string | undefined]>([
	["msw", "2.10.0"],
	["msw", "3.0.5"],
	["vitest", "4.1.0"],
	["vitest", "5.0.0-rc.4"],
	["vitest", "10.0.0"],
	["@playwright/test", "1.100.0"],
	["msw", undefined],
])("an entry takes %s %s", (peer, found) => {
	expect(() => requirePeer(peer, "localhook/entry", found)).not.toThrow();
});

it("an entry takes what is installed here", () => {
	expect(() => requirePeer("vitest", "localhook/vitest")).not.toThrow();
});

it("a peer that is missing is named, and no other missing module is taken for it", async () => {
	const absent = (name: string) => ({
		code: "ERR_MODULE_NOT_FOUND",
		message: `Cannot find package '${name}' imported from /app/a.js`,
	});

	const missing = ["msw", "msw/node"].map((name) =>
		missingPeer("msw", "localhook/msw", absent(name)),
	);
	const others = [absent("msw-extra"), new Error("msw is broken")].map(
		(error) => missingPeer("msw", "localhook/msw", error),
	);

	expect(missing.map((error) => error?.message)).toEqual(
		Array(2).fill(
			"Failed to load localhook/msw: it needs msw 2.10 or newer, and none is installed. Run: npm install --save-dev msw",
		),
	);
	expect(others).toEqual([undefined, undefined]);
});
