import type { Reply } from "../../contract/operation.ts";
import { problem } from "./errors.ts";
import type { Settings, SolvimonContext } from "./shape.ts";

/** The only protocol that Solvimon's documentation names. */
const protocol = "HmacSHA256";

export const defaults: Settings = {
	url: null,
	name: null,
	reference: null,
	active: true,
	include_previous_data: false,
	authentication_type: "NONE",
	username: null,
	password: null,
	api_header_field: null,
	api_key: null,
	included_actions: null,
	excluded_actions: null,
	signing_protocol: protocol,
};

/** Headers that carry the delivery itself: with a key in one of them it would not arrive, or not verify. */
const reserved = new Set([
	"connection",
	"content-length",
	"content-type",
	"expect",
	"host",
	"keep-alive",
	"te",
	"trailer",
	"transfer-encoding",
	"upgrade",
	"x-payload-signature",
	"x-payload-signature-timestamp",
]);

/** The settings that a body sends, laid over others. What is not a setting is left out. */
export function withSettings(
	before: Settings,
	body: Partial<Settings>,
): Settings {
	const names = Object.keys(defaults) as (keyof Settings)[];
	const sent = Object.fromEntries(
		names
			.filter((name) => body[name] !== undefined)
			.map((name) => [name, body[name]]),
	);
	const after = { ...before, ...sent };
	return { ...after, signing_protocol: after.signing_protocol ?? protocol };
}

/** What is wrong with settings beyond what the document says; undefined: nothing. */
export function checkSettings(
	{ url, api_header_field, signing_protocol }: Settings,
	context: SolvimonContext,
): Reply | undefined {
	const wrong = (field: string, message: string) =>
		problem(400, "INVALID_FIELD", message, { field });
	if (url !== null && !isWebAddress(url)) {
		return wrong(
			"url",
			`The value of url is "${url}", which is not a web address. Send one such as https://example.com/hook.`,
		);
	}
	if (
		url !== null &&
		context.options.targets === "https" &&
		!/^https:/i.test(url)
	) {
		return wrong("url", `The value of url is "${url}". Send an https address.`);
	}
	if (reserved.has(api_header_field?.toLowerCase() ?? "")) {
		return wrong(
			"api_header_field",
			`The header ${api_header_field} belongs to the delivery itself. Choose another one.`,
		);
	}
	if (signing_protocol !== protocol) {
		return wrong(
			"signing_protocol",
			`The value of signing_protocol is "${signing_protocol}". Only ${protocol} is known.`,
		);
	}
	return undefined;
}

/** The reply when another webhook has the reference; undefined: it is free. */
export function taken(
	reference: string | null,
	ownId: string | undefined,
	{ state }: SolvimonContext,
): Reply | undefined {
	const holder = state.webhooks
		.by("reference", reference ?? "")
		.find(({ id }) => id !== ownId);
	if (reference === null || holder === undefined) return undefined;
	return problem(
		409,
		"RESOURCE_ALREADY_EXISTS",
		`The webhook ${holder.id} has the reference "${reference}" already.`,
		{
			field: "reference",
			resource_id: holder.id,
			resource_type: "WEBHOOK",
		},
	);
}

/** The URL parser drops spaces and line breaks, so they are looked for before it. */
function isWebAddress(text: string): boolean {
	return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}
