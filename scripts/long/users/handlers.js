// Handlers of a user's that are bundled for Node.
import { setupLocalhook } from "localhook/msw";
import { setupServer } from "msw/node";

async function play() {
	const hooks = setupLocalhook({ receiver: () => new Response() });
	const server = setupServer(...hooks.handlers);
	server.listen({ onUnhandledRequest: "error" });
	await hooks.solvimon.send("INVOICE.PAID").settled;
	const answer = await fetch("https://api.prolific.com/api/v1/hooks/secrets/", {
		headers: { authorization: `Token ${hooks.prolific.credential}` },
	});
	const { length } = hooks.deliveries("state:delivered");
	server.close();
	await hooks.close();
	if (length !== 1 || !answer.ok)
		throw new Error(`${length} delivered, status ${answer.status}`);
	console.log("delivered and answered");
}

play();
