import type { Delivery } from "../../contract/records.ts";
import { pinnedAt } from "../../engine/endpoints.ts";
import type { Engine } from "../../engine/engine.ts";
import { fingerprint } from "../../fingerprint.ts";
import { hidden } from "../../web-address.ts";
import { opensslOf } from "./exports.ts";

/** What the last attempt's signature is made of, by the secrets valid now: one for each secret. */
export function showSignatures(
	engine: Engine,
	delivery: Delivery,
	reveal: boolean,
) {
	const { event, endpoint: id, url, body, attempts } = delivery;
	const { provider, context, signer } = engine.session(event.provider);
	const attempt = attempts.at(-1);
	if (attempt === undefined) return [];
	const endpoint =
		provider.endpoint(id, context) ??
		pinnedAt(provider, url, event, context).pinned;
	const own = new Set(signer.headers.map((name) => name.toLowerCase()));
	const given = Object.entries(attempt.headers);
	const headers = Object.fromEntries(
		given.filter(([name]) => !own.has(name.toLowerCase())),
	);
	const { url: registered, secrets } = endpoint;
	const message = {
		...{ id: event.id, type: event.type, url: registered, method: "POST" },
		...{ headers, body, secrets, at: attempt.at },
	};
	if (secrets.length === 0) return [];
	const recipe = signer.recipe(message);
	if (recipe === undefined) return [];
	const signed = Object.entries(signer.sign(message));
	const { algorithm, header, encoding } = recipe;
	return recipe.signatures.map((each) => ({
		...{ algorithm, header, encoding },
		fingerprint: fingerprint(each.secret),
		sent: signed.every(([name, value]) => attempt.headers[name] === value),
		bytes: each.content.length,
		parts: each.parts.map(({ name, value }) => ({
			name,
			// A plain digest has the secret in its content.
			base64: Buffer.from(
				name === "secret" && !reveal ? hidden : value,
			).toString("base64"),
		})),
		...(reveal && {
			openssl: opensslOf({ recipe: { ...recipe, signatures: [each] } }),
		}),
	}));
}
