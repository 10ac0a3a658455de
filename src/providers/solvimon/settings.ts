import type { Reply } from "../../contract/operation.ts";
import { webAddress } from "../../web-address.ts";
import { problem } from "./errors.ts";
import type { Context, Settings } from "./shape.ts";

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

/** What is wrong with the settings of a body beyond what the document says; undefined: nothing. */
export function checkSettings(
	{ url, api_header_field: header, signing_protocol: given }: Partial<Settings>,
	{ targets }: Context["options"],
): Reply | undefined {
	if (url != null && webAddress(url) === null) {
		return wrong(
			"url",
			`"${url}", which is not a web address. Send one such as https://example.com/hook.`,
		);
	}
	if (url != null && targets === "https" && !/^https:/i.test(url)) {
		return wrong("url", `"${url}". Send an https address.`);
	}
	if (reserved.has(header?.toLowerCase() ?? "")) {
		return wrong(
			"api_header_field",
			`"${header}", a header of the delivery itself. Choose another one.`,
		);
	}
	if (given != null && given !== protocol) {
		return wrong("signing_protocol", `"${given}". Only ${protocol} is known.`);
	}
	return undefined;
}

function wrong(field: keyof Settings, rest: string): Reply {
	return problem(400, "INVALID_FIELD", `The value of ${field} is ${rest}`, {
		field,
	});
}
