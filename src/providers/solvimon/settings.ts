import type { Settings } from "./shape.ts";

/** The only protocol that Solvimon's documentation names. */
export const protocol = "HmacSHA256";

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
