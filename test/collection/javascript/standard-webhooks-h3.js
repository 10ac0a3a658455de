import { H3, HTTPError } from "h3";
import { Webhook } from "standardwebhooks";
import { createOnce } from "./work.js";

const webhook = new Webhook(process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET);
const once = createOnce();

export default new H3().post("/webhooks/standard-webhooks", async (event) => {
	const body = await event.req.text();
	const headers = Object.fromEntries(event.req.headers);
	try {
		webhook.verify(body, headers);
	} catch {
		throw new HTTPError({ status: 401 });
	}
	await once(headers["webhook-id"]);
	return "ok";
});
