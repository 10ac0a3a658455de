// Receivers in Nest, on either of its platforms.
import "reflect-metadata";
import { Controller, Module, Post, Req, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { statusOf } from "./verify.mjs";

const options = { rawBody: true, logger: false };
const onExpress = () => NestFactory.create(App, options);

class Webhooks {
	take(req, res) {
		const status = statusOf(req.headers, req.rawBody);
		return (res.status ?? res.code).call(res, status).send();
	}
}
class App {}
decorate();

export const frameworks = {
	"Nest on Express": onExpress,
	"Nest on Express, its instance": async () => {
		const app = await onExpress();
		await app.init();
		return app.getHttpAdapter().getInstance();
	},
	"Nest on Fastify": () =>
		NestFactory.create(App, new FastifyAdapter(), options),
};

/** As decorators do, which Node does not know yet. */
function decorate() {
	const { prototype } = Webhooks;
	const take = Object.getOwnPropertyDescriptor(prototype, "take");
	Controller("webhooks")(Webhooks);
	Post(":id")(prototype, "take", take);
	Req()(prototype, "take", 0);
	Res()(prototype, "take", 1);
	Module({ controllers: [Webhooks] })(App);
}
