// A program of a user's that is bundled for Node.
import { startLocalhook } from "localhook";

startLocalhook({ receiver: (_request, response) => response.end() }).then(
	async (hooks) => {
		await hooks.prolific.send("study.status.change").settled;
		await hooks.spritz.send("payment.completed").settled;
		const health = await fetch(`${hooks.url}/_localhook/clock`);
		const { length } = hooks.deliveries("state:delivered");
		await hooks.close();
		if (length !== 2 || !health.ok)
			throw new Error(`${length} delivered, status ${health.status}`);
		console.log("delivered and answered");
	},
);
