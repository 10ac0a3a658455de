import "reflect-metadata";
import { createHmac, timingSafeEqual } from "node:crypto";
import {
	Controller,
	HttpCode,
	Module,
	Post,
	Req,
	UnauthorizedException,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { createOnce } from "./work.js";

const once = createOnce();

class WebhookController {
	async receive(request) {
		const { "x-prolific-request-timestamp": timestamp = "", ...headers } =
			request.headers;
		const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
			.update(timestamp)
			.update(request.rawBody)
			.digest("base64");
		const given = Buffer.from(headers["x-prolific-request-signature"] ?? "");
		const isRight =
			given.length === expected.length &&
			timingSafeEqual(given, Buffer.from(expected));
		if (!isRight || Math.abs(Date.now() / 1000 - timestamp) > 300)
			throw new UnauthorizedException();
		await once(headers["x-event-id"]);
	}
}

// Decorators, as plain JavaScript applies them.
const { prototype } = WebhookController;
const method = Object.getOwnPropertyDescriptor(prototype, "receive");
Post("webhooks/prolific")(prototype, "receive", method);
HttpCode(204)(prototype, "receive", method);
Req()(prototype, "receive", 0);
Controller()(WebhookController);
class AppModule {}
Module({ controllers: [WebhookController] })(AppModule);

const options = { rawBody: true, logger: false };
export default await NestFactory.create(AppModule, options);
