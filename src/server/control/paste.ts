import type { Delivery } from "../../contract/records.ts";
import { printable, printableLine } from "../../printing.ts";
import type { Mask } from "./delivery-view.ts";

/** Deliveries as people paste them: into a script, a test, a pull request. */
export const pasted = {
	fetch: { write: fetchCalls, type: "text/javascript" },
	vitest: { write: vitestTests, type: "text/plain" },
	markdown: { write: markdown, type: "text/markdown" },
} as const;

/** The last request of each delivery, without what is to be hidden. */
export function lastSent(deliveries: readonly Delivery[], mask: Mask) {
	return deliveries.flatMap((delivery) => {
		const last = delivery.attempts.at(-1);
		if (last === undefined) return [];
		const headers = mask.sent(delivery, last.headers);
		return [{ delivery, url: mask.url(last.url), headers }];
	});
}

function fetchCalls(deliveries: readonly Delivery[], mask: Mask): string {
	return lastSent(deliveries, mask)
		.map(
			({ delivery: { id, event, body }, url, headers }) =>
				`// ${id} ${event.provider} ${printableLine(event.type)}\n` +
				`await fetch(${code(url)}, {\n\tmethod: "POST",\n\theaders: ${code(headers)},\n\tbody: ${codeOf(body)},\n});\n`,
		)
		.join("");
}

/** Tests that send the same bytes to the same receiver, signed as they were: by the secret that it has in the test. */
function vitestTests(deliveries: readonly Delivery[], mask: Mask): string {
	const tests = lastSent(deliveries, mask).map(({ delivery, url }) => {
		const { id, event, body, sign } = delivery;
		const { provider, type } = event;
		const wrongly = sign === undefined ? "" : `, sign: ${code(sign)}`;
		const [does, not] = sign ? ["refuses", "not."] : ["takes", ""];
		return `
test({ providers: [${code(provider)}], receiver: ${code(url)} })(${code(`the receiver ${does} ${type} (${id})`)}, async ({ hooks }) => {
	const given = { body: ${codeOf(body)}${wrongly} };
	const sent = hooks[${code(provider)}].send(${code(type)}, undefined, given);
	await expect(sent).${not}toBeDelivered();
});
`;
	});
	return [
		'import { matchers } from "localhook/matchers";',
		'import { withLocalhook as test } from "localhook/vitest";',
		'import { expect } from "vitest";\n',
		`expect.extend(matchers);\n${tests.join("")}`,
	].join("\n");
}

/** For a pull request: the command that sends it again, what came of it, and the request. */
function markdown(deliveries: readonly Delivery[], mask: Mask): string {
	return lastSent(deliveries, mask)
		.map(({ delivery: { id, event, attempts, body, state }, url, headers }) => {
			const answers = attempts.map(
				({ number, response, error }) =>
					`- attempt ${number}: ${response?.status ?? error?.code}\n`,
			);
			const fields = Object.entries(headers).map((each) => each.join(": "));
			const text = textOf(body) ?? `${body.length} bytes`;
			const request = [`POST ${url}`, ...fields, "", text].join("\n");
			return (
				`### ${printableLine(event.type)} of ${event.provider}: ${state}\n\n${answers.join("")}\n` +
				`${fenced("sh", `localhook resend ${id} --exact`)}${fenced("http", request)}`
			);
		})
		.join("\n");
}

/** Between fences that it does not hold itself. */
function fenced(language: string, text: string): string {
	const runs = text.match(/`{3,}/g) ?? [];
	const fence = "`".repeat(
		Math.max(3, ...runs.map(({ length }) => length + 1)),
	);
	return `${fence}${language}\n${printable(text)}\n${fence}\n`;
}

/** A value as JavaScript, in which nothing hides. */
function code(value: unknown): string {
	return printable(JSON.stringify(value)).replaceAll("<", "\\u003c");
}

function codeOf(body: Uint8Array): string {
	const text = textOf(body);
	return text === undefined
		? `Buffer.from("${Buffer.from(body).toString("base64")}", "base64")`
		: code(text);
}

/** The body as text; undefined: its bytes are not those of a text. */
export function textOf(body: Uint8Array): string | undefined {
	const text = Buffer.from(body).toString();
	return Buffer.from(text).equals(body) ? text : undefined;
}
