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

const secret = process.env.OPENFORMAT_WEBHOOK_SECRET;
if (!secret) throw new Error("OPENFORMAT_WEBHOOK_SECRET is not set");
const once = createOnce();

class Webhooks {
	async receive(request) {
		const signature = request.get("x-openformat-signature") ?? "";
		if (!isGenuine(signature, request.rawBody))
			throw new UnauthorizedException();
		const { event, idempotency_key: key, payload } = request.body;
		const transaction = payload.hash.toLowerCase();
		if (event === "test") return { challenge: signature };
		await once(key);
		return { transaction };
	}
}
const receive = Object.getOwnPropertyDescriptor(Webhooks.prototype, "receive");
Controller("webhooks")(Webhooks);
Post("openformat")(Webhooks.prototype, "receive", receive);
HttpCode(200)(Webhooks.prototype, "receive", receive);
Req()(Webhooks.prototype, "receive", 0);

class App {}
Module({ controllers: [Webhooks] })(App);

const app = await NestFactory.create(App, { rawBody: true, logger: false });
app.useBodyParser("json", { limit: "1mb" });
export default app;

function isGenuine(signature, body) {
	if (body === undefined) return false;
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	const expected = createHmac("sha256", secret).update(signed).digest();
	const given = Buffer.from(signature, "base64");
	return given.length === expected.length && timingSafeEqual(given, expected);
}
