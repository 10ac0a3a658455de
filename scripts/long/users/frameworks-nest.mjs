// Receivers in Nest, on either of its platforms.
import "reflect-metadata";
import { Controller, Module, Post, Req, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";

const options = { rawBody: true, logger: false };
const onExpress = (statusOf) => NestFactory.create(moduleOf(statusOf), options);

export const frameworks = {
	"Nest on Express": onExpress,
	"Nest on Express, its instance": async (statusOf) => {
		const app = await onExpress(statusOf);
		await app.init();
		return app.getHttpAdapter().getInstance();
	},
	"Nest on Fastify": (statusOf) =>
		NestFactory.create(moduleOf(statusOf), new FastifyAdapter(), options),
};

/** What decorators make of a class. */
function moduleOf(statusOf) {
	class Webhooks {
		take(req, res) {
			const status = statusOf(req.headers, req.rawBody);
			return (res.status ?? res.code).call(res, status).send();
		}
	}
	const { prototype } = Webhooks;
	const take = Object.getOwnPropertyDescriptor(prototype, "take");
	Controller("webhooks")(Webhooks);
	Post(":id")(prototype, "take", take);
	Req()(prototype, "take", 0);
	Res()(prototype, "take", 1);
	class App {}
	Module({ controllers: [Webhooks] })(App);
	return App;
}
