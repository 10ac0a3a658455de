import "reflect-metadata";
import {
	Controller,
	HttpCode,
	Module,
	Post,
	Req,
	UnauthorizedException,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { Webhook } from "standardwebhooks";
import { createOnce } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
if (!secret) throw new Error("STANDARD_WEBHOOKS_WEBHOOK_SECRET is not set");
const webhook = new Webhook(secret);
const once = createOnce();

class Webhooks {
	async receive(request) {
		try {
			webhook.verify(String(request.rawBody), request.headers);
		} catch {
			throw new UnauthorizedException();
		}
		await once(request.get("webhook-id"));
	}
}
const receive = Object.getOwnPropertyDescriptor(Webhooks.prototype, "receive");
Controller("webhooks")(Webhooks);
Post("standard-webhooks")(Webhooks.prototype, "receive", receive);
HttpCode(204)(Webhooks.prototype, "receive", receive);
Req()(Webhooks.prototype, "receive", 0);

class App {}
Module({ controllers: [Webhooks] })(App);

export default await NestFactory.create(App, { logger: false });
