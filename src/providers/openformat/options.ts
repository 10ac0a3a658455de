import type { Provider } from "../../provider.ts";
import type { OpenFormat } from "./shape.ts";

export const options: Provider<OpenFormat>["options"] = {
	formula: {
		summary:
			"How the secret and the body become a signature. OpenFormat's own formula is not known for sure.",
		values: [
			"hmac-text-key",
			"hmac-bytes-key",
			"sha256-secret-body",
			"sha256-body-secret",
		],
		default: "hmac-text-key",
	},
	initialSecret: {
		summary: "Whether an account has a secret before it first asks for one.",
		values: ["exists", "none"],
		default: "exists",
	},
	keys: {
		summary:
			"Which API keys are accepted while none is pinned: anything that looks like one, or UUIDs only.",
		values: ["any", "uuid"],
		default: "any",
		strict: "uuid",
	},
	retry: {
		summary:
			"What follows a failed delivery: nothing, or retries after 1, 5 and 30 minutes.",
		values: ["none", "assumed"],
		default: "none",
	},
	targets: {
		summary:
			"Which URLs a webhook may have: http:// and https://, or https:// only.",
		values: ["any", "https"],
		default: "any",
		strict: "https",
	},
	verification: {
		summary:
			"Whether a webhook gets deliveries only once it has passed its test.",
		values: ["required", "off"],
		default: "required",
	},
};
