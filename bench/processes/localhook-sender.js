// node localhook-sender.js <url> <in flight> <other endpoints> <pending>: an engine that delivers Prolific's events to the
// URL, with faults planned of which none fits, and beside so many deliveries that wait for their next attempt.
import {
	createEngine,
	createVirtualClock,
	install,
} from "../../dist/internal.js";
import { answerAsks } from "../support/answer-asks.js";
import { study } from "../support/study.js";

const [receiver, inFlight, others, pending] = process.argv.slice(2);
const workspace = "63722982f9cc073ecc730f6b";
const engine = createEngine({
	providers: [await install("prolific")],
	// What waits shall wait until the end.
	...(Number(pending) > 0 && { clock: createVirtualClock(Date.now()) }),
	...(Number(others) > 0 && {
		faults: [
			{ fault: "cut-in-body", match: "type:no.such.event" },
			{ fault: "duplicate", match: "endpoint:nobody attempts:>99" },
		],
	}),
});

/**
 * @param {string} method
 * @param {string} path
 * @param {object} body
 */
async function call(method, path, body) {
	const { reply } = await engine.handle({
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
await subscribe("study.status.change", receiver);
for (let i = 0; i < Number(others); i++)
	await subscribe("study.progress.change", `http://127.0.0.1:9/hooks/${i}`);

const failing = "study.has_high_return_rate";
if (Number(pending) > 0) await subscribe(failing, "http://127.0.0.1:9/hooks");
const [endpoint] = [
	...engine.session("prolific").context.state.subscriptions.values(),
].slice(-1);
if (Number(pending) > 0)
	engine.session("prolific").dispatcher.setOutage(endpoint.id, "down");
for (let i = 0; i < Number(pending); i++) engine.send("prolific", failing);
await engine.idle();

const emit = () =>
	engine.send("prolific", "study.status.change", { merge: study });

/** Makes so many deliveries, some of them at once: each that has ended makes room for the next. */
function send(/** @type {number} */ count) {
	return new Promise((resolve, reject) => {
		let started = 0;
		let ended = 0;
		const next = () => {
			started++;
			emit();
		};
		const stop = engine.journal.subscribe((entry) => {
			if (entry.kind !== "settled") return;
			const { state, reason } = entry.delivery;
			if (state !== "delivered") reject(new Error(reason));
			if (started < count) next();
			if (++ended < count) return;
			stop();
			resolve(undefined);
		});
		while (started < Math.min(count, Number(inFlight))) next();
	});
}

answerAsks({ send });
const { deliveries } = emit();
if (deliveries.length !== 1) throw new Error("one endpoint was to match");
await engine.idle();
const [{ body }] = deliveries;
console.log(
	JSON.stringify({
		secret: secret.body.value,
		body: Buffer.from(body).toString(),
	}),
);
