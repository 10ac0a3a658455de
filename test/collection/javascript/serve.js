// Starts one receiver: node serve.js <file>. It listens at PORT on 127.0.0.1.
//
// A receiver exports what its platform asks for: `handler` for AWS Lambda, `POST` for a route of Next, and else by default
// an application of its framework, a server of node:http, or `{ fetch }` as a Worker does.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [, , file = ""] = process.argv;
const module = await import(pathToFileURL(file).href);
const port = Number(process.env.PORT);
const host = "127.0.0.1";

if (module.handler) createServer(throughGateway).listen(port, host);
else if (module.POST) await serveFetch(nextRoute);
else if (module.default.fetch)
	await serveFetch((request) => module.default.fetch(request, process.env));
else if (module.default.ready) await module.default.listen({ port, host });
else module.default.listen(port, host);

async function serveFetch(fetch) {
	const { serve } = await import("@hono/node-server");
	serve({ fetch, port, hostname: host });
}

/** The folder of the route is its path. What it throws is an empty 500, as in production. */
async function nextRoute(request) {
	const { pathname } = new URL(request.url);
	if (!pathname.startsWith("/webhooks/"))
		return new Response("Not found", { status: 404 });
	if (request.method !== "POST") return new Response(null, { status: 405 });
	try {
		return await module.POST(request);
	} catch (error) {
		console.error(error);
		return new Response("Internal Server Error", { status: 500 });
	}
}

/** Version 2.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
async function throughGateway(request, response) {
	const { method, url = "/", headers } = request;
	if (method !== "POST") return response.writeHead(404).end();
	try {
		const isBase64Encoded = module.binaryMediaTypes?.includes("*/*") ?? false;
		const body = await buffer(request);
		const answer = await module.handler({
			version: "2.0",
			rawPath: url,
			headers,
			requestContext: { http: { method, path: url } },
			body: body.toString(isBase64Encoded ? "base64" : "utf8"),
			isBase64Encoded,
		});
		response.writeHead(answer.statusCode, answer.headers);
		response.end(answer.body);
	} catch (error) {
		console.error(error);
		response.writeHead(500, { "Content-Type": "application/json" });
		response.end('{"message":"Internal Server Error"}');
	}
}
