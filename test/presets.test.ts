import { describe, expect, it } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { waysToSignBadly } from "../src/delivery/bad-signature.ts";
import type { Installed } from "../src/engine/options.ts";
import type { Captured } from "../src/explain/capture.ts";
import { explainCaptured } from "../src/explain/captured.ts";
import { presetNames, presetOf } from "../src/presets.ts";
import type { Scheme } from "../src/signing/scheme.ts";
import { createSigner } from "../src/signing/signer.ts";
import { acme } from "./support/acme.ts";
import { shell, withoutShell } from "./support/commands.ts";
import { defaultEventOf } from "./support/engine.ts";
import { messageOf } from "./support/message.ts";
import type { ReceivedRequest } from "./support/receiver.ts";
import { openReceiver } from "./support/running-acme.ts";
import { serve } from "./support/server.ts";

const headers = { Signature: "{signatures}" };
/** What no preset has. */
const more: Readonly<Record<string, Scheme>> = {
	"SHA-512 in base64": {
		algorithm: "hmac-sha512",
		encoding: "base64",
		headers,
	},
	"a digest of the secret": {
		algorithm: "sha256",
		content: "{secret}{body}",
		headers,
	},
};

/** An invented provider for each preset and each of those, and the providers that there are. */
const rows: (readonly [name: string, provider: string | Installed])[] = [
	...Object.entries(more).map(([name, scheme]) => {
		const signer = createSigner(scheme);
		return [name, acme({ signer, rotations: ["replace"] })] as const;
	}),
	...presetNames.map((name) => {
		const signer = createSigner(presetOf(name).signature);
		return [name, acme({ signer, rotations: ["replace"] })] as const;
	}),
	...builtInIds.map((id) => [id, id] as const),
];

/** A server whose only endpoint is a receiver of the test's own. */
async function serving(installed: string | Installed) {
	const receiver = await openReceiver();
	const { url } = receiver;
	const { control, engine } = await serve(installed, { receiver: url });
	const [{ provider, signer, context } = expect.fail()] =
		engine.sessions.values();
	const type = defaultEventOf(provider);
	return {
		control,
		engine,
		receiver,
		provider,
		signer,
		event: { provider: provider.id, type },
		secrets: () => provider.secrets(context),
		async send(sign?: string) {
			engine.send(provider.id, type, sign === undefined ? {} : { sign });
			await engine.idle();
		},
		accepts({ headers, body }: ReceivedRequest, now: number) {
			const secrets = provider.secrets(context);
			return signer.verify({ headers, body, url, secrets, now }).ok;
		},
	};
}

describe.each(rows)("what is signed as by %s", (_, installed) => {
	it.skipIf(withoutShell)(
		"is computed by openssl too, unless it takes a private key",
		async () => {
			const { control, engine, receiver, event, signer, secrets } =
				await serving(installed);

			const dryRun = { ...event, dryRun: true };
			const { body: printed } = await control("POST", "/events", dryRun);

			const [{ headers, openssl, bodyBase64 }] = printed.requests;
			const message = messageOf({
				url: receiver.url,
				secrets: secrets(),
				body: Buffer.from(bodyBase64, "base64"),
				at: engine.clock.now(),
			});
			const { algorithm } = signer.recipe(message) ?? expect.fail();
			expect(openssl === null).toBe(/ed25519|ecdsa/.test(algorithm));
			const signature = await shell(openssl ?? "true");
			expect(headers[signer.header]).toContain(signature.trim());
		},
	);

	it.each(["har", "curl", "ndjson"])(
		"is exported as %s with its signature, and without its secret",
		async (format) => {
			const { control, receiver, signer, send, secrets } =
				await serving(installed);
			await send();

			const { body } = await control("GET", `/export/${format}`);

			const [{ headers } = expect.fail()] = receiver.requests;
			const text = JSON.stringify(body);
			for (const name of signer.headers)
				expect(text).toContain(headers[name.toLowerCase()]);
			for (const secret of secrets()) expect(text).not.toContain(secret);
		},
	);

	it("is shown with what was signed, and without its secret", async () => {
		const { control, send, secrets } = await serving(installed);
		await send();

		const { body } = await control("GET", "/deliveries/latest");

		const [{ parts }] = body.signatures;
		const text = parts
			.map(({ base64 }: { base64: string }) => atob(base64))
			.join("");
		expect(text).not.toBe("");
		for (const secret of secrets()) expect(text).not.toContain(secret);
	});

	it("is signed wrongly in each way, and refused for it", async () => {
		const { engine, receiver, provider, signer, send, accepts } =
			await serving(installed);
		const canReplace = provider.ownedSecrets?.replace !== undefined;
		if (canReplace) engine.rotate(provider.id, "replace");
		const now = engine.clock.now();
		const aged = waysToSignBadly.filter((way) => /stale|future/.test(way));
		const ways = waysToSignBadly.map((way) =>
			aged.includes(way) ? `${way}:10m` : way,
		);
		await send();

		const sent: string[] = [];
		for (const way of ways) {
			const isSent = await send(way).then(
				() => true,
				() => false,
			);
			if (isSent) sent.push(way);
		}

		const [right = expect.fail(), ...wrong] = receiver.requests;
		const accepted = sent.filter((_, i) =>
			accepts(wrong[i] ?? expect.fail(), now),
		);
		const isTimed = (signer.timestampHeader ?? signer.dated) !== undefined;
		expect(accepts(right, now)).toBe(true);
		expect(ways.filter((way) => !sent.includes(way))).toEqual([
			...(canReplace ? [] : ["previous-secret"]),
			...(isTimed ? [] : ["stale:10m", "future:10m"]),
		]);
		// Some leave it to the receiver how old a signature may be.
		const isJudged = !accepts(right, now + 600_000);
		expect(accepted).toEqual(
			isTimed && !isJudged ? ["stale:10m", "future:10m"] : [],
		);
	});

	it("is found right in a capture, and its time is told where it is signed", async () => {
		const { engine, receiver, signer, send, secrets } =
			await serving(installed);
		await send();
		const [{ method, headers, body } = expect.fail()] = receiver.requests;
		const given = {
			captured: {
				method,
				url: receiver.url,
				headers: headers as Captured["headers"],
				body,
			},
			signer,
			secrets: secrets(),
			at: engine.clock.now() + 10_000,
			now: 0,
		};

		const { text } = explainCaptured(given);

		const [told] = /It was signed .*? before/.exec(text) ?? [];
		expect(text).toContain("The signature is right");
		expect(told).toBe(
			(signer.timestampHeader ?? signer.dated) && "It was signed 10s before",
		);
	});
});
