// node localhook-server.js <provider> <more routes>: the provider at one port, and with a document that is longer by so
// many routes at another. In one process: two that run the same code differ by some percent.
import { createEngine, install, startServer } from "../../dist/internal.js";

const [provider = "", more] = process.argv.slice(2);
const installed = await install(provider);

/** @param {number} routes */
async function start(routes) {
	const paths = { ...installed.document.paths };
	const [first = ""] = Object.keys(paths);
	const place = first.split("/").slice(0, 3).join("/");
	for (let i = 0; i < routes; i++) {
		const name = { name: "name", in: "path", required: true };
		paths[`${place}/more-${i % 30}${i < 30 ? "" : "/{name}"}`] = {
			get: {
				operationId: `more-${i}`,
				responses: { 200: { description: "There it is" } },
				...(i >= 30 && {
					parameters: [{ ...name, schema: { type: "string" } }],
				}),
			},
		};
	}
	const document = { ...installed.document, paths };
	const engine = createEngine({ providers: [{ ...installed, document }] });
	const { port } = await startServer({ engine, port: 0 });
	return port;
}

console.log(
	JSON.stringify({ none: await start(0), more: await start(Number(more)) }),
);
