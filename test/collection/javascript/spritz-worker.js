import { createOnce } from "./work.js";

const once = createOnce();
const bytesOf = (hex) =>
	Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export default {
	async fetch(request, env) {
		if (new URL(request.url).pathname !== "/webhooks/spritz")
			return new Response("Not found", { status: 404 });
		if (request.method !== "POST")
			return new Response("Method not allowed", { status: 405 });
		const body = await request.arrayBuffer();
		const algorithm = { name: "HMAC", hash: "SHA-256" };
		const secret = new TextEncoder().encode(env.SPRITZ_WEBHOOK_SECRET);
		const usages = ["verify"];
		const subtle = crypto.subtle;
		const key = await subtle.importKey("raw", secret, algorithm, false, usages);
		const signature = request.headers.get("Signature") ?? "";
		const isHex = /^[0-9a-f]{64}$/.test(signature);
		if (!isHex || !(await subtle.verify("HMAC", key, bytesOf(signature), body)))
			return new Response("Invalid signature", { status: 401 });
		const { eventId } = JSON.parse(new TextDecoder().decode(body));
		await once(eventId ?? signature);
		return new Response(null, { status: 204 });
	},
};
