// Receivers in small frameworks on node:http.
import connect from "connect";
import express4 from "express4";
import express5 from "express5";
import Koa from "koa";
import polka from "polka";
import { statusOf } from "./verify.mjs";

export const frameworks = {
	"Express 4": () => inExpress(express4, express4()),
	"Express 5": () => inExpress(express5, express5()),
	// Without an application, its responses are those of Node.
	"a router of Express 5": () =>
		express5.Router().post("/webhooks/:id", listener),
	connect: () => connect().use("/webhooks", listener),
	Koa: () => new Koa().use(middleware),
	"a callback of Koa": () => new Koa().use(middleware).callback(),
	Polka: () => polka().post("/webhooks/:id", listener),
};

function inExpress({ raw }, app) {
	return app.post("/webhooks/:id", raw({ type: "*/*" }), (req, res) =>
		res.sendStatus(statusOf(req.headers, req.body)),
	);
}

async function listener(req, res) {
	const body = Buffer.concat(await req.toArray());
	res.writeHead(statusOf(req.headers, body)).end();
}

async function middleware(ctx) {
	const body = Buffer.concat(await ctx.req.toArray());
	ctx.status = statusOf(ctx.headers, body);
}
