import { createHmac } from "node:crypto";
import { parse } from "node:querystring";
import { createJiti } from "jiti";
import { ratioAtMost } from "./support/report.js";
import { compare, interleave } from "./support/rounds.js";

// What has no way in from outside the bundle is measured as written.
const jiti = createJiti(import.meta.url);
const { presetNames, presetOf } = await jiti.import("../src/presets.ts");
const { createSigner } = await jiti.import("../src/signing/signer.ts");

const times = 5000;
const json = JSON.stringify({ id: "evt_1", data: "x".repeat(970) });
const fields = Array.from({ length: 20 }, (_, i) => [`Field${i}`, "+1 415"]);
const form = String(
	new URLSearchParams([...fields, ["Body", "Hé, how are you?".repeat(28)]]),
);
const secrets = {
	hex: "00112233445566778899aabbccddeeff",
	base64: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	utf8: "s3cret-of-a-receiver",
};

/**
 * Microseconds for one signature of about 1 KB by each preset that signs by HMAC, against a bare `createHmac` over the
 * same bytes. A form is another text in the content than in the body: there the peer reads and sorts it too.
 *
 * @param {{ rounds: number }} options
 */
export async function signing({ rounds }) {
	const rows = [];
	for (const name of presetNames) {
		const { signature } = presetOf(name);
		const { algorithm = "hmac-sha256", encoding = "hex", key } = signature;
		if (!algorithm.startsWith("hmac-")) continue;
		const isForm = signature.content?.includes("{body.form}");
		const body = Buffer.from(isForm ? form : json);
		const message = messageOf(
			body,
			secrets[/** @type {keyof typeof secrets} */ (key?.encoding ?? "utf8")],
		);
		const signer = createSigner(signature);
		const [made] = signer.recipe(message).signatures;
		const sign = (/** @type {Uint8Array | string} */ content) =>
			createHmac(algorithm.slice("hmac-".length), made.key)
				.update(content)
				.digest(encoding);
		const contenders = {
			ours: () => timed(() => signer.sign(message)),
			bare: () => timed(() => sign(made.content)),
			...(isForm && {
				reading: () => timed(() => sign(message.url + sorted(body))),
			}),
		};
		const { ours, bare, reading } = await interleave(contenders, { rounds });
		const row = { unit: "µs", limit: ratioAtMost(1.5) };
		if (reading === undefined)
			rows.push({
				case: name,
				...row,
				peer: "createHmac",
				...compare(ours, bare),
			});
		else
			rows.push(
				{
					case: `${name}, reading a form`,
					...row,
					peer: "reading, createHmac",
					...compare(ours, reading),
				},
				{
					case: `${name}, to createHmac alone`,
					unit: "µs",
					peer: "createHmac",
					...compare(ours, bare),
				},
			);
	}
	return rows;
}

/**
 * @param {Uint8Array} body
 * @param {string} secret
 */
function messageOf(body, secret) {
	const url = "https://example.com/webhooks";
	const head = { id: "evt_1", type: "order.paid", url, method: "POST" };
	return { ...head, headers: {}, body, secrets: [secret], at: 1.7e12 };
}

/**
 * As Twilio's page describes it, with the quickest reader that Node has.
 *
 * @param {Buffer} body
 */
function sorted(body) {
	const fields = parse(body.toString());
	let text = "";
	for (const name of Object.keys(fields).sort()) text += name + fields[name];
	return text;
}

/** @param {() => unknown} work */
async function timed(work) {
	const started = performance.now();
	for (let i = 0; i < times; i++) work();
	return { value: ((performance.now() - started) / times) * 1000 };
}
