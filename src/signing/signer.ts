import { joined } from "../bytes.ts";
import type { Message, Recipe, Signer } from "../contract/signing.ts";
import { stepsOf } from "../json.ts";
import { secretFrom } from "./algorithms.ts";
import type { Scheme } from "./scheme.ts";
import { datedBody, namesIn, piecesOf, textIn } from "./template.ts";
import { compile, createVerifier } from "./verifier.ts";

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
	const place = scheme.timestamp?.body;
	const templates = Object.entries(headers);
	const compiled = compile(scheme, signedBody);
	const { template, header, timeHeader, keyOf, time } = compiled;
	const isTimed = timeHeader !== undefined;
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

	function contentFor(message: Message, timestamp: string, secret: string) {
		const { id, type, url, method } = message;
		const body = signedBody(message.body);
		const values = { id, type, url, method, body, timestamp, secret };
		return compiled.contentOf(values);
	}

	return {
		header,
		headers: Object.keys(headers),
		neverIssued: secretFrom("localhook-never-issued-this-secret", scheme),
		secretFrom: (text) => secretFrom(text, scheme),
		timestampHeader: namesIn(template).includes("timestamp")
			? timeHeader
			: undefined,
		tolerance: compiled.tolerance,
		dated:
			place === undefined
				? undefined
				: (body, at) => datedBody(body, stepsOf(place), time.write(at)),

		sign(message) {
			const secrets = live(message);
			if (secrets.length === 0) return {};
			const timestamp = isTimed ? time.write(message.at) : "";
			let signatures = "";
			for (const secret of secrets) {
				const content = contentFor(message, timestamp, secret);
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
					const values = contentFor(message, timestamp, secret);
					const parts = piecesOf(template).map((piece, index) => {
						return { ...piece, value: values[index] ?? "" };
					});
					const content = joined(values);
					return { secret, key: keyOf(secret).bytes, content, parts };
				}),
			};
		},

		over: (content, secret) => keyOf(secret).sign([content]),

		...createVerifier(compiled),
	};
}
