// A page that plays a provider to itself.
import { setupLocalhook } from "localhook/msw";
import { getResponse } from "msw";

async function play() {
	const hooks = setupLocalhook({
		providers: ["prolific"],
		receiver: () => new Response(),
	});
	await hooks.prolific.send("study.status.change").settled;
	const delivered = hooks.deliveries("state:delivered").length;
	const answer = await getResponse(
		hooks.handlers,
		new Request("https://api.prolific.com/api/v1/hooks/secrets/", {
			headers: { authorization: `Token ${hooks.prolific.credential}` },
		}),
	);
	return delivered === 1 && answer.status === 200
		? "delivered and answered"
		: `${delivered} delivered, status ${answer.status}`;
}

play().then(
	(told) => {
		document.title = told;
	},
	(error) => {
		document.title = String(error);
	},
);
