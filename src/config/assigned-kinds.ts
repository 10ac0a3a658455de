import { checkedReceiverHeaders } from "../delivery/receiver-headers.ts";
import { parseRewrite } from "../delivery/targets.ts";
import { LocalhookError } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";
import { problemsOf } from "../problem.ts";
import type { Kind } from "./kinds.ts";

const unshown = "What was given is not shown, since it may be a secret.";

type ByName<Value> = Readonly<Record<string, Value>>;

const someText = { type: "string", minLength: 1 };

/** `provider=value`: any number of values for each provider; no message repeats a value. */
export function valuesByProvider(): Kind<ByName<readonly string[]>> {
	return {
		depth: 1,
		many: true,
		schema: {
			type: "object",
			additionalProperties: { type: "array", items: someText, minItems: 1 },
		},
		read: (texts) =>
			grouped(texts.map(parseCredential), (assignments) =>
				assignments.map(({ value }) => value),
			),
		check: () => [],
	};
}

/** `provider.name=value`: one value for each name; the last one counts. */
export function namesByProvider(): Kind<ByName<ByName<string>>> {
	return {
		depth: 2,
		many: true,
		schema: {
			type: "object",
			additionalProperties: { type: "object", additionalProperties: someText },
		},
		read: (texts) =>
			grouped(texts.map(parseAssignment), (assignments) =>
				Object.fromEntries(
					assignments.map(({ provider, name, value }) => {
						if (name !== undefined) return [name, value];
						throw new LocalhookError(
							"invalid-option",
							`Invalid option "${provider}=${value}": it names no provider. Give provider.name=value, such as prolific.json=compact.`,
						);
					}),
				),
			),
		check: () => [],
	};
}

/** `origin=origin`. */
export function originsByOrigin(): Kind<ByName<string>> {
	return {
		depth: 1,
		many: true,
		schema: { type: "object", additionalProperties: someText },
		read: (texts) =>
			Object.fromEntries(
				texts.map(parseRewrite).map(({ from, to }) => [from, to]),
			),
		check: (origins) =>
			Object.entries(origins).flatMap(([from, to]) =>
				problemsOf([from], () => parseRewrite(`${from}=${to}`)),
			),
	};
}

/** `name=value`: one value for each header; no message repeats a value. */
export function valuesByHeader(): Kind<ByName<string>> {
	return {
		depth: 1,
		many: true,
		schema: { type: "object", additionalProperties: { type: "string" } },
		read: (texts) =>
			checkedReceiverHeaders(Object.fromEntries(texts.map(parseHeader))),
		check: (headers) =>
			Object.entries(headers).flatMap(([name, value]) =>
				problemsOf([name], () => checkedReceiverHeaders({ [name]: value })),
			),
	};
}

function parseHeader(text: string): [name: string, value: string] {
	const at = text.indexOf("=");
	if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
	throw new LocalhookError(
		"invalid-option",
		`Invalid receiver header: must be name=value, such as x-gateway-key=abc. ${unshown}`,
	);
}

function parseCredential(text: string): Assignment {
	const [, provider = "", value = ""] = /^([^.=]+)=(.+)$/s.exec(text) ?? [];
	if (value !== "") return { provider, name: undefined, value };
	throw new LocalhookError(
		"invalid-option",
		`Invalid credential: must be provider=value, such as prolific=abc. ${unshown}`,
	);
}

interface Assignment {
	readonly provider: string;
	readonly name: string | undefined;
	readonly value: string;
}

function parseAssignment(text: string): Assignment {
	const match = /^([^.=]+)(?:\.([^=]+))?=(.+)$/s.exec(text);
	if (match === null) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to read ${quotedUrl(text)}: it is not an assignment. Give provider.name=value.`,
		);
	}
	const [, provider = "", name, value = ""] = match;
	return { provider, name, value };
}

function grouped<Value>(
	assignments: readonly Assignment[],
	value: (ofOne: readonly Assignment[]) => Value,
): ByName<Value> {
	const providers = new Set(assignments.map(({ provider }) => provider));
	return Object.fromEntries(
		[...providers].map((id) => [
			id,
			value(assignments.filter(({ provider }) => provider === id)),
		]),
	);
}
