import "reflect-metadata";
import { createHmac } from "node:crypto";
import {
	Controller,
	Module,
	Post,
	Req,
	UnauthorizedException,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { createOnce } from "./work.js";

const once = createOnce();

class WebhookController {
	async receive({ headers, rawBody }) {
		const timestamp = headers["x-prolific-request-timestamp"];
		const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
			.update(`${timestamp}${rawBody}`)
			.digest("base64");
		const age = Math.abs(Date.now() / 1000 - timestamp);
		if (headers["x-prolific-request-signature"] !== expected || age > 300)
			throw new UnauthorizedException("Invalid signature");
		await once(headers["x-event-id"]);
		return { received: true };
	}
}

// Decorators, as plain JavaScript applies them.
const { prototype } = WebhookController;
const method = Object.getOwnPropertyDescriptor(prototype, "receive");
Post("webhooks/prolific")(prototype, "receive", method);
Req()(prototype, "receive", 0);
Controller()(WebhookController);
class AppModule {}
Module({ controllers: [WebhookController] })(AppModule);

export default await NestFactory.create(AppModule, { logger: false });
