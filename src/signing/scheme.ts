import { parseDuration } from "../duration.ts";
import { type components, schemeSchema } from "../generated/scheme.ts";
import { didYouMean } from "../nearest.ts";
import { type PlacedProblem, problemsOf } from "../problem.ts";
import { schemaProblems } from "../schema-problems.ts";
import {
	isContentName,
	namesIn,
	namesInContent,
	namesInHeader,
	namesInSignature,
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
export type Scheme = components["schemas"]["Scheme"];

const signsOf = {
	hex: /^[\da-f]+$/,
	HEX: /^[\dA-F]+$/,
	base64: /^[\da-zA-Z+/=]+$/,
};

/** What is wrong with a declaration that no compiler has checked: all of it at once. */
export function schemeProblems(given: unknown): PlacedProblem[] {
	const scheme: Partial<Scheme> = Object(given);
	const { content, each, timestamp, algorithm } = scheme;
	const { encoding = "hex", secrets, join = "," } = scheme;
	const { tolerance = "0s" } = timestamp ?? {};
	const headers: Scheme["headers"] = Object(scheme.headers);
	const templates = Object.entries(headers);
	const lowerCase = templates.map(([name]) => name.toLowerCase());
	const problems = [
		...schemaProblems(given, schemeSchema),
		...problemsOf(["timestamp", "tolerance"], () => parseDuration(tolerance)),
		...templateProblems(content, namesInContent, ["content"]),
		...templateProblems(each, namesInSignature, ["each"]),
		...templates.flatMap(([name, template]) => headerProblems(name, template)),
		...templates
			.filter(([name], index) => lowerCase.indexOf(name.toLowerCase()) < index)
			.map(([name]) => ({
				path: ["headers", name],
				message: `The header ${JSON.stringify(name)} is there already: case makes no difference. Write it once.`,
				name: true,
			})),
	];
	if (problems.length > 0) return problems;
	const add = (name: keyof Scheme, message: string) =>
		problems.push({ path: [name], message });
	const named = templates.flatMap(([, template]) => namesIn(template));
	const holding = named.filter((name) => name === "signatures").length;
	const contentNames = namesIn(content ?? "{body}");
	if (holding !== 1)
		add(
			"headers",
			`${holding === 0 ? "No header" : "More than one header"} holds {signatures}. Write it once, as in { X-Signature: "{signatures}" }.`,
		);
	if (each !== undefined && !namesIn(each).includes("signature"))
		add(
			"each",
			`${JSON.stringify(each)} has no {signature}. Write where the signature goes, as in "v1={signature}".`,
		);
	if (
		secrets === "all" &&
		(signsOf[encoding].test(join) ||
			each?.replace("{signature}", "").includes(join))
	)
		add(
			"join",
			`${JSON.stringify(join)} can stand in a signature too, so a receiver cannot tell where one ends. Choose another text, such as " ".`,
		);
	for (const name of ["timestamp", "id", "type"])
		if (contentNames.includes(name) && !named.includes(name))
			add(
				"content",
				`{${name}} is signed, but no header holds it, so a receiver cannot know it. Add {${name}} to a header.`,
			);
	if (timestamp?.tolerance && !timestamp.body && !named.includes("timestamp"))
		add(
			"timestamp",
			"It has a tolerance, but no header holds {timestamp}, so a receiver cannot know the age. Add {timestamp} to a header, or leave the tolerance out.",
		);
	if (algorithm === "sha256" && !contentNames.includes("secret"))
		add(
			"content",
			"A plain sha256 without {secret} in its content can be made by anybody. Add {secret}, or choose hmac-sha256.",
		);
	return problems;
}

function headerProblems(name: string, template: string): PlacedProblem[] {
	const path = ["headers", name];
	if (/^[\w!#$%&'*+.^`|~-]+$/.test(name))
		return templateProblems(template, namesInHeader, path);
	const message = `${JSON.stringify(name)} is no name of a header.`;
	return [{ path, message, name: true }];
}

function templateProblems(
	template = "",
	names: readonly string[],
	path: readonly string[],
): PlacedProblem[] {
	// The schema has said so already.
	if (typeof template !== "string") return [];
	const isKnown = (name: string) =>
		names === namesInContent ? isContentName(name) : names.includes(name);
	const problems = namesIn(template)
		.filter((name) => !isKnown(name))
		.map((name) => ({
			path,
			message: `Unknown value {${name}}.${didYouMean(name, names)} Choose from ${names.map((each) => `{${each}}`).join(", ")}.`,
		}));
	const add = (message: string) => problems.push({ path, message });
	if (/[\r\n\0]/.test(template)) add("It must be on one line.");
	if (problems.length > 0 || names === namesInContent) return problems;
	// A receiver reads all but the content back.
	const named = namesIn(template);
	const twice = named.find((name, index) => named.indexOf(name) < index);
	if (twice !== undefined)
		add(`{${twice}} is in it twice, and a receiver reads it. Write it once.`);
	else if (/\{[^{}]*\}\{[^{}]*\}/.test(template))
		add(
			"Nothing stands between two values, so a receiver cannot tell where one ends. Write a sign there, such as a comma.",
		);
	return problems;
}
