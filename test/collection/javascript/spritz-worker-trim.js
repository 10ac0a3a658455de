import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

export default {
	async fetch(request, env) {
		const { pathname } = new URL(request.url);
		if (request.method !== "POST" || pathname !== "/webhooks/spritz")
			return new Response(null, { status: 404 });
		if (Number(request.headers.get("content-length")) > 1_000_000)
			return new Response(null, { status: 413 });
		const secret = env.SPRITZ_WEBHOOK_SECRET;
		if (!secret) return new Response(null, { status: 500 });

		const body = (await request.text()).trim();
		const expected = createHmac("sha256", secret).update(body).digest();
		const given = Buffer.from(request.headers.get("signature") ?? "", "hex");
		if (given.length !== expected.length || !timingSafeEqual(given, expected))
			return new Response(null, { status: 401 });
		await once(createHash("sha256").update(body).digest("hex"));
		return new Response(null, { status: 204 });
	},
};
