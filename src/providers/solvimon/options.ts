import type { Provider } from "../../provider.ts";
import type { Solvimon } from "./shape.ts";

export const options: Provider<Solvimon>["options"] = {
	generation: {
		summary:
			"Which generation of the documentation is in force: the newer one (creating a webhook requires url, name and " +
			"reference, rolling nothing), the older one (both require active, include_previous_data and " +
			"authentication_type), or both (a client of either passes)",
		values: ["both", "newer", "older"],
		default: "both",
		strict: "newer",
	},
	unknownVersion: {
		summary: "The status that answers a version of the API other than 1",
		values: ["404", "400"],
		default: "404",
	},
	environment: {
		summary: "The environment that deliveries say they come from",
		values: ["TEST", "LIVE"],
		default: "TEST",
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
