// node localhook-sender.js <url> <in flight> <other endpoints>: an engine that delivers Prolific's events to the URL.
import { createEngine, install } from "../../dist/index.js";
import { answerAsks } from "../support/answer-asks.js";
import { keepInFlight } from "../support/in-flight.js";
import { study } from "../support/study.js";

const [target, inFlight, others] = process.argv.slice(2);
const workspace = "63722982f9cc073ecc730f6b";
const engine = createEngine({ providers: [await install("prolific")] });

/**
 * @param {string} method
 * @param {string} path
 * @param {object} body
 */
async function call(method, path, body) {
	const reply = await engine.handle({
		provider: "prolific",
		method,
		path: `/api/v1/hooks/${path}`,
		query: "",
		headers: {
			authorization: "Token bench",
			"content-type": "application/json",
		},
		body: Buffer.from(JSON.stringify(body)),
	});
	if (reply.status > 299) throw new Error(`${reply.status} ${reply.body}`);
	return { headers: reply.headers, body: JSON.parse(reply.body) };
}

/**
 * @param {string} type
 * @param {string} url
 */
async function subscribe(type, url) {
	const { headers, body } = await call("POST", "subscriptions/", {
		event_type: type,
		target_url: url,
		workspace_id: workspace,
	});
	await call("POST", `subscriptions/${body.id}/`, {
		secret: headers["X-Hook-Secret"],
	});
}

const secret = await call("POST", "secrets/", { workspace_id: workspace });
await subscribe("study.status.change", target);
for (let i = 0; i < Number(others); i++)
	await subscribe("study.progress.change", `http://127.0.0.1:9/hooks/${i}`);

/** @type {Map<string, () => void>} */
const settled = new Map();
engine.journal.subscribe((entry) => {
	if (entry.kind !== "settled") return;
	settled.get(entry.delivery.id)?.();
	settled.delete(entry.delivery.id);
});

async function deliver() {
	const { deliveries } = await engine.emit("prolific", "study.status.change", {
		set: study,
	});
	const [delivery] = deliveries;
	if (deliveries.length !== 1) throw new Error("one endpoint was to match");
	if (delivery.state === "pending")
		await new Promise((resolve) =>
			settled.set(delivery.id, () => resolve(undefined)),
		);
	if (delivery.state !== "delivered") throw new Error(delivery.reason);
	return delivery;
}

answerAsks({
	send: (/** @type {number} */ count) =>
		keepInFlight(count, Number(inFlight), deliver),
});
const { body } = await deliver();
console.log(
	JSON.stringify({
		secret: secret.body.value,
		body: Buffer.from(body).toString(),
	}),
);
