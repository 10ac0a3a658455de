// node bare-sender.js <url> <secret> <in flight> <body>: signs and posts the body with undici and nothing else.
import { createHmac, randomUUID } from "node:crypto";
import { Pool } from "undici";
import { answerAsks } from "../support/answer-asks.js";
import { keepInFlight } from "../support/in-flight.js";

const [receiver, secret, inFlight, text] = process.argv.slice(2);
const url = new URL(receiver);
const body = Buffer.from(text);
const pool = new Pool(url.origin, { connections: Number(inFlight) });

async function post() {
	const timestamp = String(Math.floor(Date.now() / 1000));
	const { statusCode, body: answer } = await pool.request({
		path: url.pathname,
		method: "POST",
		headers: {
			"Content-Type": "application/json",
			"X-Event-ID": randomUUID(),
			"X-Timestamp": timestamp,
			"X-Prolific-Request-Signature": createHmac("sha256", secret)
				.update(timestamp)
				.update(body)
				.digest("base64"),
			"X-Prolific-Request-Timestamp": timestamp,
		},
		body,
	});
	await answer.dump();
	if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
}

answerAsks({
	send: (/** @type {number} */ count) =>
		keepInFlight(count, Number(inFlight), post),
});
console.log("{}");
