// Receivers in small frameworks on node:http.
import connect from "connect";
import express4 from "express4";
import express5 from "express5";
import Koa from "koa";
import polka from "polka";

export const frameworks = {
	"Express 4": (statusOf) =>
		express4().post(
			"/webhooks/:id",
			express4.raw({ type: "*/*" }),
			(req, res) => res.sendStatus(statusOf(req.headers, req.body)),
		),
	"Express 5": (statusOf) =>
		express5().post(
			"/webhooks/:id",
			express5.raw({ type: "*/*" }),
			(req, res) => res.sendStatus(statusOf(req.headers, req.body)),
		),
	// Without an application, its responses are those of Node.
	"a router of Express 5": (statusOf) =>
		express5.Router().post("/webhooks/:id", listenerOf(statusOf)),
	connect: (statusOf) => connect().use("/webhooks", listenerOf(statusOf)),
	Koa: (statusOf) => new Koa().use(middlewareOf(statusOf)),
	"a callback of Koa": (statusOf) =>
		new Koa().use(middlewareOf(statusOf)).callback(),
	Polka: (statusOf) => polka().post("/webhooks/:id", listenerOf(statusOf)),
};

function listenerOf(statusOf) {
	return async (req, res) => {
		const body = Buffer.concat(await req.toArray());
		res.writeHead(statusOf(req.headers, body)).end();
	};
}

function middlewareOf(statusOf) {
	return async (ctx) => {
		const body = Buffer.concat(await ctx.req.toArray());
		ctx.status = statusOf(ctx.headers, body);
	};
}
