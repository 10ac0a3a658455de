import type { Algorithm } from "../contract/signing.ts";
import { parseDuration } from "../duration.ts";
import { didYouMean } from "../nearest.ts";
import { type PlacedProblem, problemsOf } from "../problem.ts";
import {
	isContentName,
	namesIn,
	namesInContent,
	namesInHeader,
	namesInSignature,
	timeFormats,
} from "./template.ts";

/**
 * How a provider signs, as data: what is written here is enough to sign, to verify, and to explain a signature.
 * Templates name values in braces.
 *
 * @example
 * const stripe: Scheme = {
 * 	content: "{timestamp}.{body}",
 * 	timestamp: { tolerance: "5m" },
 * 	secrets: "all",
 * 	each: "v1={signature}",
 * 	headers: { "Stripe-Signature": "t={timestamp},{signatures}" },
 * }
 */
export interface Scheme {
	/** Default: hmac-sha256. `sha256` is a plain digest: the secret is in the content. */
	readonly algorithm?: Algorithm;
	/** How a secret's text stands for its bytes. `strip`: what stands before it. */
	readonly key?: {
		/** Default: utf8. */
		readonly encoding?: "utf8" | "base64" | "hex";
		readonly strip?: string;
	};
	/** What is signed. Default: `{body}`. */
	readonly content?: string;
	/** How a signature is written. Default: hex. */
	readonly encoding?: "hex" | "HEX" | "base64";
	readonly timestamp?: {
		/** Default: unix, in seconds. */
		readonly format?: keyof typeof timeFormats;
		/** How old a signature may be for a receiver, such as `5m`. Absent: the provider names no age. */
		readonly tolerance?: string;
	};
	/** Which of the live secrets sign. Default: newest. */
	readonly secrets?: "newest" | "all";
	/** One signature in the list of them. Default: `{signature}`. */
	readonly each?: string;
	/** What stands between two signatures. Default: a comma. */
	readonly join?: string;
	/** The headers that are added. One of them holds `{signatures}`. */
	readonly headers: Readonly<Record<string, string>>;
}

const algorithms: readonly Algorithm[] = [
	"hmac-sha1",
	"hmac-sha256",
	"hmac-sha512",
	"sha256",
	"ed25519",
	"ecdsa-p256",
	"rsa-sha256",
];

/** What a key may be: one of some words, a text, a template of some names, or an object of these. */
type Form =
	| { readonly words: readonly string[] }
	| { readonly text: "any" | "duration" }
	| { readonly names: readonly string[] }
	| { readonly keys: Readonly<Record<string, Form>> };

const forms: Readonly<Record<keyof Scheme, Form>> = {
	algorithm: { words: algorithms },
	key: {
		keys: {
			encoding: { words: ["utf8", "base64", "hex"] },
			strip: { text: "any" },
		},
	},
	content: { names: namesInContent },
	encoding: { words: ["hex", "HEX", "base64"] },
	timestamp: {
		keys: {
			format: { words: Object.keys(timeFormats) },
			tolerance: { text: "duration" },
		},
	},
	secrets: { words: ["newest", "all"] },
	each: { names: namesInSignature },
	join: { text: "any" },
	headers: { keys: {} },
};

/** What is wrong with a declaration that no compiler has checked: all of it at once. */
export function schemeProblems(given: unknown): PlacedProblem[] {
	const problems = problemsIn(given, { keys: forms }, []);
	if (problems.length > 0) return problems;
	const scheme = given as Scheme;
	const templates = Object.entries(scheme.headers ?? {});
	const named = templates.flatMap(([, template]) => namesIn(template));
	const holding = named.filter((name) => name === "signatures").length;
	const contentNames = namesIn(scheme.content ?? "{body}");
	if (holding !== 1)
		problems.push({
			path: ["headers"],
			message: `${holding === 0 ? "No header" : "More than one header"} holds {signatures}. Write it once, as in { X-Signature: "{signatures}" }.`,
		});
	if (scheme.each !== undefined && !namesIn(scheme.each).includes("signature"))
		problems.push({
			path: ["each"],
			message: `${JSON.stringify(scheme.each)} has no {signature}. Write where the signature goes, as in "v1={signature}".`,
		});
	for (const name of ["timestamp", "id"])
		if (contentNames.includes(name) && !named.includes(name))
			problems.push({
				path: ["content"],
				message: `{${name}} is signed, but no header holds it, so a receiver cannot know it. Add {${name}} to a header.`,
			});
	if (scheme.algorithm === "sha256" && !contentNames.includes("secret"))
		problems.push({
			path: ["content"],
			message:
				"A plain sha256 without {secret} in its content can be made by anybody. Add {secret}, or choose hmac-sha256.",
		});
	return problems;
}

function problemsIn(
	value: unknown,
	form: Form,
	path: readonly string[],
): PlacedProblem[] {
	const quoted = JSON.stringify(value) ?? String(value);
	if ("keys" in form) {
		if (typeof value !== "object" || value === null || Array.isArray(value))
			return [{ path, message: `${quoted} must be an object.` }];
		const isHeaders = path.at(-1) === "headers";
		const names = Object.keys(form.keys);
		const missing =
			path.length === 0 && !Object.hasOwn(value, "headers")
				? [
						{
							path,
							message:
								'It has no "headers". Name those that are added, as in headers: { X-Signature: "{signatures}" }.',
						},
					]
				: [];
		return [
			...missing,
			...Object.entries(value).flatMap(([name, each]) => {
				const at = [...path, name];
				if (isHeaders) return headerProblems(name, each, at);
				const inner = Object.hasOwn(form.keys, name)
					? form.keys[name]
					: undefined;
				if (inner !== undefined) return problemsIn(each, inner, at);
				const message = `Unknown key ${JSON.stringify(name)}.${didYouMean(name, names)} It takes ${names.join(", ")}.`;
				return [{ path: at, message, name: true }];
			}),
		];
	}
	if ("words" in form) {
		if (form.words.includes(value as string)) return [];
		const message = `${quoted} must be one of ${form.words.join(", ")}.${didYouMean(value, form.words)}`;
		return [{ path, message }];
	}
	if (typeof value !== "string" || value === "")
		return [{ path, message: `${quoted} must be a text.` }];
	if ("names" in form) return templateProblems(value, form.names, path);
	return form.text === "duration"
		? problemsOf(path, () => parseDuration(value))
		: [];
}

function headerProblems(
	name: string,
	template: unknown,
	path: readonly string[],
): PlacedProblem[] {
	if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
		return [
			{
				path,
				message: `${JSON.stringify(name)} is no name of a header.`,
				name: true,
			},
		];
	return problemsIn(template, { names: namesInHeader }, path);
}

function templateProblems(
	template: string,
	names: readonly string[],
	path: readonly string[],
): PlacedProblem[] {
	const isKnown = (name: string) =>
		names === namesInContent ? isContentName(name) : names.includes(name);
	const problems = namesIn(template)
		.filter((name) => !isKnown(name))
		.map((name) => ({
			path,
			message: `Unknown value {${name}}.${didYouMean(name, names)} Choose from ${names.map((each) => `{${each}}`).join(", ")}.`,
		}));
	return /[\r\n\0]/.test(template)
		? [...problems, { path, message: "It must be on one line." }]
		: problems;
}
