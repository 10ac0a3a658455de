import { createOnce } from "./work.js";

const once = createOnce();
const algorithm = { name: "HMAC", hash: "SHA-256" };

export default {
	async fetch(request, env) {
		const { pathname } = new URL(request.url);
		if (pathname !== "/webhooks/standard-webhooks")
			return new Response(null, { status: 404 });
		if (request.method !== "POST") return new Response(null, { status: 405 });
		if (Number(request.headers.get("content-length")) > 1_000_000)
			return new Response(null, { status: 413 });

		const body = new Uint8Array(await request.arrayBuffer());
		const secret = env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
		if (!secret || !(await isGenuine(request.headers, body, secret)))
			return new Response("forbidden", { status: 403 });
		await once(request.headers.get("webhook-id"));
		return new Response(null, { status: 204 });
	},
};

async function isGenuine(headers, body, secret) {
	const timestamp = headers.get("webhook-timestamp") ?? "";
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	if (!(age <= 300)) return false;

	const raw = fromBase64(secret.replace(/^whsec_/, ""));
	const key = await crypto.subtle.importKey("raw", raw, algorithm, false, [
		"verify",
	]);
	const start = `${headers.get("webhook-id")}.${timestamp}.`;
	const signed = new Uint8Array([...new TextEncoder().encode(start), ...body]);
	for (const each of (headers.get("webhook-signature") ?? "").split(" ")) {
		const [version, signature = ""] = each.split(",");
		if (version !== "v1") continue;
		const given = fromBase64(signature);
		if (await crypto.subtle.verify(algorithm, key, given, signed)) return true;
	}
	return false;
}

function fromBase64(text) {
	try {
		return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
	} catch {
		return new Uint8Array();
	}
}
