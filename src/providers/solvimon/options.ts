import type { Provider } from "../../provider.ts";
import type { Solvimon } from "./shape.ts";

export const options: Provider<Solvimon>["options"] = {
	createBody: {
		summary:
			"What creating a webhook requires: url, name and reference (newer documentation), or active, " +
			"include_previous_data and authentication_type (older)",
		values: ["newer", "older"],
		default: "newer",
	},
	rollBody: {
		summary:
			"Whether rolling a secret requires a body with active, include_previous_data and authentication_type " +
			"(older documentation), or takes any settings and none (newer)",
		values: ["required", "optional"],
		default: "required",
	},
	createSecret: {
		summary:
			"Whether a new webhook has a secret at once, or none until it is rolled for the first time",
		values: ["none", "issue"],
		default: "none",
	},
	separator: {
		summary:
			"What stands between the signatures of the new and the previous secret",
		values: ["comma", "space"],
		default: "comma",
	},
	hexCase: {
		summary: "The case of a signature's hexadecimal digits",
		values: ["upper", "lower"],
		default: "upper",
	},
	targets: {
		summary:
			"Which receivers can be registered: any web address, or only https",
		values: ["any", "https"],
		default: "any",
		strict: "https",
	},
	webhookEvents: {
		summary:
			"Whether changes to webhooks are events themselves: WEBHOOK.CREATED, WEBHOOK.UPDATED, WEBHOOK.DELETE",
		values: ["off", "on"],
		default: "off",
	},
};
