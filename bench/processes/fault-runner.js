// node fault-runner.js <url> <count>: so many of Spritz's deliveries to a receiver of many moods, on a virtual clock
// drained to the end; what became of them.
import { createHash } from "node:crypto";
import {
	createEngine,
	createVirtualClock,
	install,
} from "../../dist/internal.js";
import { answerAsks } from "../support/answer-asks.js";
import { whimOf } from "../support/whims.js";

const [receiver, count] = process.argv.slice(2);
const virtual = createVirtualClock(Date.UTC(2026, 10, 20));
const engine = createEngine({
	providers: [await install("spritz")],
	options: { spritz: { disableAfter: "never" } },
	limits: { deliveries: Number(count) },
	// Spritz's own patience of ten seconds would make the run one of minutes.
	clock: { ...virtual, after: (_, task) => virtual.after(1000, task) },
	receiver,
});
const { retry } = engine
	.session("spritz")
	.provider.delivery(engine.session("spritz").context.options);

/** @param {string} event */
function expected(event) {
	const attempts = [];
	for (let number = 1; number <= retry.delays.length + 1; number++) {
		const whim = whimOf(event, number);
		attempts.push(whim === "reset" || whim === "babble" ? "no answer" : whim);
		if (whim === "accept") return `delivered ${attempts}`;
	}
	return `failed ${attempts}`;
}

/** @param {import("../../src/contract/records.ts").Delivery} delivery */
function found({ state, attempts }) {
	const whims = attempts.map(({ response, error }) => {
		if (error?.code === "timeout") return "stall";
		if (response?.status === 200) return "accept";
		if (response !== undefined)
			return response.status === 302 ? "redirect" : "fail";
		return "no answer";
	});
	return `${state} ${whims}`;
}

answerAsks({
	async run() {
		for (let i = 0; i < Number(count); i++)
			await engine.send("spritz", "achDebit.authorized");
		const { stopped, pending } = await engine.time.drain(1_000_000);
		if (stopped || pending > 0) throw new Error(`${pending} have not ended`);
		const deliveries = [...engine.journal.newest()];
		const digest = createHash("sha256");
		let unknown = 0;
		for (const delivery of deliveries.toSorted((a, b) =>
			a.id < b.id ? -1 : 1,
		)) {
			const { id, attempts, event } = delivery;
			const times = attempts.map(({ at }) => at);
			digest.update(`${id} ${found(delivery)} ${times}\n`);
			if (found(delivery) !== expected(event.id)) unknown++;
		}
		return {
			deliveries: deliveries.length,
			unknown,
			digest: digest.digest("hex"),
			highest: process.resourceUsage().maxRSS * 1024,
		};
	},
});
console.log("{}");
