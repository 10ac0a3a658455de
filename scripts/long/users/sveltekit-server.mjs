// src/routes/webhooks/[provider]/+server.js of SvelteKit.
import { error, json } from "@sveltejs/kit";
import { statusOfRequest } from "./verify.mjs";

export async function POST({ request, params }) {
	const status = await statusOfRequest(request);
	if (status !== 200) error(status, "wrong signature");
	return json(params);
}
