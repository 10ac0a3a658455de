import { createOnce } from "./work.js";

const once = createOnce();

async function hmac(secret, text) {
	const encoder = new TextEncoder();
	const algorithm = { name: "HMAC", hash: "SHA-256" };
	const key = await crypto.subtle.importKey(
		"raw",
		encoder.encode(secret),
		algorithm,
		false,
		["sign"],
	);
	const bytes = await crypto.subtle.sign("HMAC", key, encoder.encode(text));
	return Buffer.from(bytes).toString("hex").toUpperCase();
}

export default {
	async fetch(request, env) {
		if (request.method !== "POST") return new Response(null, { status: 405 });
		const timestamp = request.headers.get("x-payload-signature-timestamp");
		const body = await request.text();
		const expected = await hmac(env.SOLVIMON_WEBHOOK_SECRET, timestamp + body);
		const given = request.headers.get("x-payload-signature") ?? "";
		if (!given.split(",").includes(`v1=${expected}`))
			return new Response("Invalid signature", { status: 401 });
		if (Math.abs(Date.now() - Date.parse(timestamp)) > 300_000)
			return new Response("Expired", { status: 401 });
		await once(body);
		return new Response("ok");
	},
};
