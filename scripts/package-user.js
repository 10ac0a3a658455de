// A user's script: the installed command as a process, and an installed localhook in this one. The package check copies
// it to where the tarball is installed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { startLocalhook } from "localhook";

const child = spawn(
	"node_modules/.bin/localhook",
	["start", "--port", "0", "--json"],
	{ stdio: ["ignore", "pipe", "inherit"] },
);
const [line] = await once(createInterface(child.stdout), "line");
const { url, providers } = JSON.parse(line);
const secret = await fetch(`${url}/prolific/api/v1/hooks/secrets/`, {
	method: "POST",
	headers: { authorization: "Token any", "content-type": "application/json" },
	body: '{"workspace_id":"63722982f9cc073ecc730f6b"}',
});
child.kill("SIGTERM");
const [code] = await once(child, "close");

const hooks = await startLocalhook({
	receiver: () => new Response(null, { status: 204 }),
});
const { deliveries } = await hooks.spritz.send("payment.completed").settled;
await hooks.close();
const [delivery] = deliveries;
if (
	providers.length !== 4 ||
	secret.status !== 201 ||
	delivery?.state !== "delivered" ||
	code !== 143
)
	throw new Error(
		`It went wrong: ${providers.length} providers, secret ${secret.status}, ${delivery?.state}, exit ${code}`,
	);
console.log("installed, it starts, answers, delivers and stops");
