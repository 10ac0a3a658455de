import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

const here = new URL("verifiers/", import.meta.url);
const presets = new URL("../../presets/", import.meta.url);
const at = Date.UTC(2026, 10, 21, 10, 0, 0);
const url = "https://example.com/hooks?a=1";
const units = { s: 1000, m: 60_000 };

/**
 * What `localhook sign` makes by each preset, against the official verifiers of the providers.
 *
 * @param {import("./lab.js").Lab} lab
 */
export default async function verifiers(lab) {
	const read = (/** @type {string} */ name) =>
		readFile(new URL(name, here), "utf8");
	const { run, folder } = await lab.project({
		manifest: JSON.parse(await read("package.json")),
		files: {
			"package-lock.json": await read("package-lock.json"),
			"verifiers.mjs": await read("verifiers.mjs"),
		},
	});
	const listed = await run(["verifiers.mjs", "--list"]);
	for (const name of listed.trim().split("\n")) {
		const [preset = ""] = name.split(" ");
		const file = new URL(`${preset}.yaml`, presets);
		const { signature } = parse(await readFile(file, "utf8"));
		const [current, previous] = [secretOf(signature), secretOf(signature)];
		const body = bodyOf(preset);

		/** @param {readonly { secret: string }[]} secrets newest first */
		async function signed(secrets) {
			await writeFile(join(folder, "body"), body);
			const names = secrets.flatMap((_, i) => ["--secret-env", `SECRET_${i}`]);
			const env = Object.fromEntries(
				secrets.map(({ secret }, i) => [`SECRET_${i}`, secret]),
			);
			const words = ["sign", "--scheme", preset, "--file", "body", "--json"];
			const more = ["--url", url, "--at", new Date(at).toISOString(), ...names];
			const bin = "node_modules/localhook/dist/cli/main.js";
			const headers = JSON.parse(await run([bin, ...words, ...more], { env }));
			return Object.fromEntries(
				Object.entries(headers).map(([header, value]) => [
					header.toLowerCase(),
					value,
				]),
			);
		}
		/**
		 * @param {string} what
		 * @param {"accepted" | "refused"} wanted
		 * @param {object} request changes of the right one
		 */
		async function expect(what, wanted, request) {
			await lab.check(`${name}: ${what}`, async () => {
				const whole = { body, url, secret: current.given, now: at, ...request };
				const json = JSON.stringify(whole);
				await writeFile(join(folder, "request.json"), json);
				const told = await run(["verifiers.mjs", name, "request.json"]);
				if (!told.startsWith(wanted)) throw new Error(told);
				return wanted;
			});
		}

		const headers = await signed([current]);
		await expect("right", "accepted", { headers });
		const tampered = body.replace(/.$/, (last) => ` ${last}`);
		await expect("one blank more", "refused", { headers, body: tampered });
		await expect("another secret", "refused", {
			headers,
			secret: previous.given,
		});
		const { tolerance } = signature.timestamp ?? {};
		if (tolerance !== undefined) {
			const [, amount, unit] = /^(\d+)([sm])$/.exec(tolerance) ?? [];
			const age = Number(amount) * units[/** @type {"s" | "m"} */ (unit)];
			await expect(`a second within ${tolerance}`, "accepted", {
				headers,
				now: at + age - 1000,
			});
			await expect(`a second beyond ${tolerance}`, "refused", {
				headers,
				now: at + age + 1000,
			});
		}
		if (signature.secrets !== "all") continue;
		const both = await signed([current, previous]);
		await expect("while rolled, by the previous secret", "accepted", {
			headers: both,
			secret: previous.given,
		});
		// Paddle's package reads the last signature alone.
		const isLastAlone = preset === "paddle";
		await expect(
			"while rolled, by the new secret",
			isLastAlone ? "refused" : "accepted",
			{ headers: both },
		);
	}
}

/** @param {string} preset */
function bodyOf(preset) {
	if (preset === "twilio") return "Body=h%C3%A9&AccountSid=AC1&To=%2B1";
	return JSON.stringify({
		id: "evt_1",
		object: "event",
		type: "order.paid",
		event_type: "order.paid",
		data: { id: "1", name: "Zoë" },
		webhookTimestamp: at,
	});
}

/**
 * What signs, and what a receiver is given.
 *
 * @param {{ algorithm?: string, key?: { encoding?: "base64" | "hex", strip?: string } }} signature
 * @returns {{ secret: string, given: string }}
 */
function secretOf({ algorithm = "hmac-sha256", key: form = {} }) {
	const { encoding = "hex", strip = "" } = form;
	if (algorithm === "ecdsa-p256" || algorithm === "ed25519") {
		const pair =
			algorithm === "ed25519"
				? generateKeyPairSync("ed25519")
				: generateKeyPairSync("ec", { namedCurve: "P-256" });
		const secret = pair.privateKey.export({ format: "der", type: "pkcs8" });
		const given = pair.publicKey.export({ format: "der", type: "spki" });
		// Of Ed25519, the bytes themselves.
		const from = encoding === "hex" ? -32 : 0;
		return {
			secret: secret.subarray(from).toString(encoding),
			given: given.subarray(from).toString(encoding),
		};
	}
	const secret = strip + randomBytes(24).toString(encoding);
	return { secret, given: secret };
}
