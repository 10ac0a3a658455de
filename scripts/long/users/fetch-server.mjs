// What Bun and Deno serve.
import process from "node:process";
import { statusOfRequest } from "./verify.mjs";

export default {
	port: process.env.PORT,
	async fetch(request) {
		if (request.method !== "POST") return new Response(null, { status: 405 });
		return new Response(null, { status: await statusOfRequest(request) });
	},
};
