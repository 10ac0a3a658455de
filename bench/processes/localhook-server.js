// node localhook-server.js <provider> <more routes>: the provider, its document longer by so many routes.
import { createEngine, install, startServer } from "../../dist/index.js";

const [provider = "", more] = process.argv.slice(2);
const installed = await install(provider);
const paths = { ...installed.document.paths };
const [first = ""] = Object.keys(paths);
const place = first.split("/").slice(0, 3).join("/");
for (let i = 0; i < Number(more); i++) {
	const name = { name: "name", in: "path", required: true };
	paths[`${place}/more-${i % 30}${i < 30 ? "" : "/{name}"}`] = {
		get: {
			operationId: `more-${i}`,
			responses: { 200: { description: "There it is" } },
			...(i >= 30 && { parameters: [{ ...name, schema: { type: "string" } }] }),
		},
	};
}
const document = { ...installed.document, paths };
const engine = createEngine({ providers: [{ ...installed, document }] });
const { port } = await startServer({ engine, port: 0 });
console.log(JSON.stringify({ port }));
