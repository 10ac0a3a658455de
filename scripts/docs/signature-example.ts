import { createHash, createHmac } from "node:crypto";
import type { Recipe } from "../../src/contract/signing.ts";
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
		receiver: "http://127.0.0.1:3000/hooks",
	});
	const preview = Object.keys(provider.events)
		.flatMap((type) => engine.preview(provider.id, type))
		.reduce((one, other) =>
			one.body.length <= other.body.length ? one : other,
		);
	await engine.close();
	const { headers, body, recipe } = preview;
	const [signature] = recipe?.signatures ?? [];
	const openssl = opensslOf(preview);
	if (recipe === undefined || signature === undefined || openssl === undefined)
		throw new Error(
			`Failed to show ${provider.id}'s signature: openssl cannot.`,
		);
	const rows = [
		["secret", signature.secret],
		["body", Buffer.from(body).toString()],
		...Object.entries(headers).map(([name, value]) => [`${name}:`, value]),
	];
	return [
		table(
			["part", "value"],
			rows.map(([name = "", value = ""]) => [name, `\`${value}\``]),
		),
		`The same digest by \`openssl\`, whose key is the secret's text in hexadecimal:`,
		`\`\`\`console\n$ ${openssl}\n${digestOf(recipe, signature)}\n\`\`\``,
	].join("\n\n");
}

/** What `openssl` prints: one signature, as it stands in the header. */
function digestOf(
	{ algorithm, encoding }: Recipe,
	{ key, content }: Recipe["signatures"][number],
): string {
	const name = algorithm.replace("hmac-", "");
	const hash = name === algorithm ? createHash(name) : createHmac(name, key);
	hash.update(content);
	return encoding === "base64"
		? hash.digest("base64")
		: encoding === "HEX"
			? hash.digest("hex").toUpperCase()
			: hash.digest("hex");
}
