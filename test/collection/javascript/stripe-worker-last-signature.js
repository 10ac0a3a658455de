import { createOnce } from "./work.js";

const once = createOnce();
const encoder = new TextEncoder();

export default {
	async fetch(request, env) {
		const { pathname } = new URL(request.url);
		if (request.method !== "POST" || pathname !== "/webhooks/stripe")
			return new Response(null, { status: 404 });
		if (Number(request.headers.get("content-length")) > 1_000_000)
			return new Response(null, { status: 413 });
		if (!env.STRIPE_WEBHOOK_SECRET) return new Response(null, { status: 500 });

		const body = await request.text();
		const header = request.headers.get("stripe-signature") ?? "";
		const { t, v1 } = Object.fromEntries(
			header.split(",").map((pair) => pair.trim().split("=")),
		);
		const isRecent = Math.abs(Date.now() / 1000 - Number(t)) <= 300;
		if (!isRecent || !(await isSigned(`${t}.${body}`, v1, env)))
			return new Response("wrong signature", { status: 400 });

		const event = parse(body);
		if (!event?.id) return new Response("not an event", { status: 400 });
		await once(event.id);
		return Response.json({ received: true });
	},
};

async function isSigned(text, signature = "", { STRIPE_WEBHOOK_SECRET }) {
	const raw = encoder.encode(STRIPE_WEBHOOK_SECRET);
	const algorithm = { name: "HMAC", hash: "SHA-256" };
	const uses = ["verify"];
	const key = await crypto.subtle.importKey("raw", raw, algorithm, false, uses);
	const given = Buffer.from(signature, "hex");
	return crypto.subtle.verify("HMAC", key, given, encoder.encode(text));
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
