import { joined } from "../bytes.ts";
import type { Message, Recipe, Signer } from "../contract/signing.ts";
import { keysOf, secretFrom } from "./algorithms.ts";
import type { Scheme } from "./scheme.ts";
import {
	contentOf,
	contentPartsOf,
	datedBody,
	namesIn,
	stepsOf,
	textIn,
	timeFormats,
	type Values,
} from "./template.ts";
import { type Compiled, createVerifier } from "./verifier.ts";

/**
 * What signs by a declaration, and verifies by it. Its templates are read once.
 *
 * @param signedBody what `{body}` stands for, if it is not the whole body
 * @example
 * const signer = createSigner({ headers: { Signature: "{signatures}" } })
 * signer.sign(message) // { Signature: "5d41..." }
 */
export function createSigner(
	scheme: Scheme,
	signedBody: (body: Uint8Array) => Uint8Array = (body) => body,
): Signer {
	const { secrets: which = "newest", each, join = ",", headers } = scheme;
	const { format = "unix", body: place } = scheme.timestamp ?? {};
	const template = scheme.content ?? "{body}";
	const templates = Object.entries(headers);
	const names = Object.keys(headers);
	const holding = (name: string) =>
		templates.find(([, template]) => namesIn(template).includes(name))?.[0];
	const header = holding("signatures") ?? "";
	const compiled: Compiled = {
		scheme,
		header,
		keyOf: keysOf(scheme),
		contentOf: contentOf(template),
		signedBody,
		isContentOfSecret: namesIn(template).includes("secret"),
		time: timeFormats[format],
	};
	const { keyOf, isContentOfSecret, time } = compiled;
	const partsOf = contentPartsOf(template);
	const isTimed = holding("timestamp") !== undefined;
	const fillEach = each === undefined ? undefined : textIn(each);
	const fillers = templates.map(
		([name, template]) =>
			[
				name,
				template === "{signatures}" ? undefined : textIn(template),
			] as const,
	);

	function live({ secrets }: Message): readonly string[] {
		return which === "newest" && secrets.length > 1
			? secrets.slice(0, 1)
			: secrets;
	}

	/** What the content is made of for one secret, or for whichever there is. */
	function valuesFor(
		message: Message,
		timestamp: string,
		secret: string,
	): Values {
		const { id, type, url, method } = message;
		const body = signedBody(message.body);
		return { id, type, url, method, body, timestamp, secret };
	}
	function contentFor(message: Message, timestamp: string, secret: string) {
		return compiled.contentOf(valuesFor(message, timestamp, secret));
	}

	return {
		header,
		headers: names,
		neverIssued: secretFrom("localhook-never-issued-this-secret", scheme),
		secretFrom: (text) => secretFrom(text, scheme),
		timestampHeader: namesIn(template).includes("timestamp")
			? holding("timestamp")
			: undefined,
		dated:
			place === undefined
				? undefined
				: (body, at) => datedBody(body, stepsOf(place), time.write(at)),

		sign(message) {
			const secrets = live(message);
			const [newest] = secrets;
			if (newest === undefined) return {};
			const timestamp = isTimed ? time.write(message.at) : "";
			let content = contentFor(message, timestamp, newest);
			let signatures = "";
			for (const secret of secrets) {
				if (isContentOfSecret) content = contentFor(message, timestamp, secret);
				const signature = keyOf(secret).sign(content);
				if (signatures !== "") signatures += join;
				signatures += fillEach?.({ signature }) ?? signature;
			}
			const { id, type } = message;
			const added: Record<string, string> = {};
			for (const [name, fill] of fillers)
				added[name] = fill?.({ id, type, timestamp, signatures }) ?? signatures;
			return added;
		},

		recipe(message): Recipe {
			const timestamp = isTimed ? time.write(message.at) : "";
			return {
				algorithm: scheme.algorithm ?? "hmac-sha256",
				header,
				encoding: scheme.encoding ?? "hex",
				signatures: live(message).map((secret) => {
					const parts = partsOf(valuesFor(message, timestamp, secret));
					const content = joined(parts.map(({ value }) => value));
					return { secret, key: keyOf(secret).bytes, content, parts };
				}),
			};
		},

		over: (content, secret) => keyOf(secret).sign([content]),

		verify: createVerifier(compiled),
	};
}
