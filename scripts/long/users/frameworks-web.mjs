// Receivers in frameworks whose handlers take a Request.
import { json } from "@remix-run/node";
import { NextRequest } from "next/server.js";
import { createRequestHandler, createStaticHandler, data } from "react-router";
import * as next from "./next-route.mjs";
import * as sveltekit from "./sveltekit-server.mjs";
import { statusOfRequest } from "./verify.mjs";

const params = { provider: "prolific" };
const action = {
	async thatReturns({ request }) {
		return data(null, { status: await statusOfRequest(request) });
	},
	async thatThrows({ request }) {
		const status = await statusOfRequest(request);
		if (status !== 200) throw new Response(null, { status });
		return new Response();
	},
	async ofRemix({ request, params }) {
		return json(params, { status: await statusOfRequest(request) });
	},
};

export const frameworks = {
	"a route of Next": () => (request) =>
		next.POST(new NextRequest(request), { params: Promise.resolve(params) }),
	"an endpoint of SvelteKit": () => (request) =>
		sveltekit
			.POST({ request, params })
			.catch(({ status, body }) => Response.json(body, { status })),
	"an action of Remix": () => (request) => action.ofRemix({ request, params }),
	"an action that throws its response": () => (request) =>
		action.thatThrows({ request, params }).catch((thrown) => thrown),
	"an action of React Router that returns data()": () => (request) =>
		action
			.thatReturns({ request, params })
			.then(({ data, init }) => Response.json(data, init)),
	"a request handler of React Router": () => ({
		fetch: createRequestHandler(buildWith(action.thatReturns), "production"),
	}),
	"a static handler of React Router": () => (request) =>
		createStaticHandler([
			{ path: "/webhooks/:provider", action: action.thatThrows },
		])
			.queryRoute(request)
			.catch((thrown) => thrown),
};

/** What `react-router build` makes of one resource route. */
function buildWith(action) {
	const path = "webhooks/:provider";
	return {
		entry: { module: { default: () => new Response("no page") } },
		routes: { hook: { id: "hook", path, module: { action } } },
		assets: { entry: { imports: [], module: "" }, routes: {}, url: "" },
		publicPath: "/",
		assetsBuildDirectory: "",
		future: {},
		ssr: true,
		isSpaMode: false,
		prerender: [],
		routeDiscovery: { mode: "initial" },
	};
}
