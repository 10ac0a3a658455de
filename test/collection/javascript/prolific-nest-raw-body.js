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

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
if (!secret) throw new Error("PROLIFIC_WEBHOOK_SECRET is not set");
const once = createOnce();

class Webhooks {
	async receive(request) {
		const id = request.get("X-Event-ID");
		if (!isGenuine(request) || !id) throw new UnauthorizedException();
		await once(id);
		return { status: "processed", id };
	}
}
const receive = Object.getOwnPropertyDescriptor(Webhooks.prototype, "receive");
Controller("webhooks")(Webhooks);
Post("prolific")(Webhooks.prototype, "receive", receive);
HttpCode(200)(Webhooks.prototype, "receive", receive);
Req()(Webhooks.prototype, "receive", 0);

class App {}
Module({ controllers: [Webhooks] })(App);

export default await NestFactory.create(App, { rawBody: true, logger: false });

function isGenuine(request) {
	const timestamp = request.get("X-Prolific-Request-Timestamp") ?? "";
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	if (!request.rawBody || !(age <= 300)) return false;
	const hmac = createHmac("sha256", secret).update(timestamp);
	const expected = hmac.update(request.rawBody).digest();
	const signature = request.get("X-Prolific-Request-Signature") ?? "";
	const given = Buffer.from(signature, "base64");
	return given.length === expected.length && timingSafeEqual(given, expected);
}
