// Receivers on AWS Lambda: bare, and in frameworks by the adapter of each.
import awsLambdaFastify from "@fastify/aws-lambda";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import serverless from "serverless-http";
import { statusOf, statusOfRequest } from "./verify.mjs";

/** As its documentation tells to read the body, whatever form it comes in. */
const bare = async ({ headers, body, isBase64Encoded }) => ({
	statusCode: statusOf(
		Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [
				name.toLowerCase(),
				value,
			]),
		),
		Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
	),
});

const handlers = {
	"a bare handler": () => bare,
	"hono/aws-lambda": () =>
		handle(
			new Hono().post("/webhooks/:id", async (c) =>
				c.body(null, await statusOfRequest(c.req.raw)),
			),
		),
	"serverless-http": () =>
		serverless(
			express().post(
				"/webhooks/:id",
				express.raw({ type: "*/*" }),
				(req, res) => res.sendStatus(statusOf(req.headers, req.body)),
			),
		),
	"@fastify/aws-lambda": () => {
		const app = Fastify();
		const asBytes = { parseAs: "buffer" };
		app.addContentTypeParser("application/json", asBytes, (_, body, done) =>
			done(null, body),
		);
		app.post("/webhooks/:id", ({ headers, body }, reply) =>
			reply.code(statusOf(headers, body)).send(),
		);
		return awsLambdaFastify(app);
	},
};

const forms = [
	{ payloadFormat: "1.0" },
	{ payloadFormat: "2.0" },
	{ payloadFormat: "2.0", base64: true },
];

export const frameworks = Object.fromEntries(
	Object.entries(handlers).flatMap(([name, handlerOf]) =>
		forms.map((form) => [
			`${name}, called with ${JSON.stringify(form)}`,
			() => ({ lambda: handlerOf(), ...form }),
		]),
	),
);
