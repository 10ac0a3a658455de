import { createVirtualClock } from "../../src/delivery/clock.ts";
import { createEngine } from "../../src/engine/engine.ts";
import type { Installed } from "../../src/engine/options.ts";
import { opensslOf } from "../../src/server/control/exports.ts";
import { table } from "./table.ts";

const at = Date.UTC(2026, 10, 21, 10);

/** One delivery's signature with everything that goes into it, and the line of shell that computes it again. */
export async function signatureExample(installed: Installed): Promise<string> {
	const { provider } = installed;
	const engine = createEngine({
		providers: [installed],
		clock: createVirtualClock(at),
		target: "http://127.0.0.1:3000/hooks",
	});
	const preview = Object.keys(provider.events)
		.flatMap((type) => engine.preview(provider.id, type))
		.reduce((one, other) =>
			one.body.length <= other.body.length ? one : other,
		);
	await engine.close();
	const { headers, body, recipe } = preview;
	const openssl = opensslOf(preview);
	if (recipe === undefined || openssl === undefined)
		throw new Error(
			`Failed to show ${provider.id}'s signature: openssl cannot.`,
		);
	const signature = `${headers[recipe.header]}`;
	const computed = signature.replace(/^v1=/, "");
	const rows = [
		["secret", recipe.signatures[0]?.secret ?? ""],
		["body", Buffer.from(body).toString()],
		...Object.entries(headers).map(([name, value]) => [`${name}:`, value]),
	];
	return [
		table(
			["part", "value"],
			rows.map(([name = "", value = ""]) => [name, `\`${value}\``]),
		),
		`The same digest by \`openssl\`, whose key is the secret's text in hexadecimal:`,
		`\`\`\`console\n$ ${openssl}\n${computed}\n\`\`\``,
	].join("\n\n");
}
