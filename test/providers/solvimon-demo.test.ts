import { expect, it } from "vitest";
import { demoOf } from "../../src/cli/play-command.ts";
import { runInProcess } from "../support/in-process.ts";
import { linesOf, playThrough } from "../support/played.ts";

const minute = 60_000;

it("the demo retries by the schedule while a later event waits, and both secrets sign for exactly 24 hours", async () => {
	const { lines } = await playThrough(demoOf("solvimon"));

	const attempts = linesOf(lines, "attempt");
	const retried = attempts.filter(
		({ event }) => event.type === "INVOICE.CREATED",
	);
	const rolled = attempts.filter(
		({ event }) => event.type === "CUSTOMER.UPDATED",
	);
	const advanced = linesOf(lines, "clock").map((line) => line.advanced);
	expect(retried.map(({ after }) => after / minute)).toEqual([0, 2, 6, 14, 30]);
	expect(linesOf(lines, "waiting")).toMatchObject([
		{ event: { type: "INVOICE.PAID" } },
	]);
	expect(rolled.map(({ verifiedBy }) => verifiedBy.length)).toEqual([
		2, 2, 1, 1,
	]);
	expect(advanced).toEqual([(24 * 60 - 1) * minute, minute]);
});

it("localhook demo prints this story unless it is told of which provider, as a plain transcript on stdout and ends with 0", async () => {
	const { code, stdout, stderr } = await runInProcess(["demo"]);

	const lines = stdout.split("\n").map((line) => line.trim());
	const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
	const gist = [
		/^Solvimon, .* seed localhook$/,
		/^> POST \/v1\/webhooks -> 201$/,
		/^> PATCH \/v1\/webhooks\/whk_\w{20}\/secret-key -> 200 {2}signs with \S+…$/,
		/^< CUSTOMER\.CREATED #1 \+0s -> 200 {2}verified with \S+…$/,
		/^! the receiver is down$/,
		/^< INVOICE\.CREATED #1 \+0s -> the endpoint is switched down$/,
		/^planned: \+2m, \+6m, \+14m, \+30m, \+1h2m and 22 more until \+6d16h$/,
		/^< INVOICE\.PAID -> waits for its turn$/,
		/^< INVOICE\.CREATED #2 \+2m -> the endpoint is switched down$/,
		/^> GET .* -> 200 {2}penalty_box IN_PENALTY_BOX$/,
		/^! the receiver is up$/,
		/^< INVOICE\.CREATED #5 \+30m -> 200 {2}verified/,
		/^< CUSTOMER\.UPDATED #1 \+0s -> 200 {2}verified with \S+… and with \S+…$/,
		/^~ 23h59m later$/,
		/^= the same \d+ bytes and \d+ headers as before$/,
		/^< INVOICE\.PAID #1 \+0s -> 401 {2}signed with wrong-secret, refused: /,
		/^All as it should be: 4 API calls, 12 attempts, 1d30m of the provider's time\.$/,
	].map(at);
	expect(gist).not.toContain(-1);
	expect(gist).toEqual([...gist].sort((a, b) => a - b));
	expect(stdout).not.toContain("\u001b");
	expect(stdout).not.toMatch(/127\.0\.0\.1:\d/);
	expect(stderr).toBe("");
	expect(code).toBe(0);
});
