import type { Provider } from "../../provider.ts";
import type { Prolific } from "./shape.ts";

export const options: Provider<Prolific>["options"] = {
	targets: {
		summary:
			"Which target_url a subscription may have: any web address, or a public https:// one as Prolific demands.",
		values: ["any", "https"],
		default: "any",
		strict: "https",
	},
	createReply: {
		summary:
			"What create-subscription answers: the subscription, as Prolific's clients read it, or the documented list.",
		values: ["flat", "list"],
		default: "flat",
	},
	patchConfirms: {
		summary:
			"Whether update-subscription can enable a subscription that was never confirmed.",
		values: ["no", "yes"],
		default: "no",
	},
	requireWorkspace: {
		summary:
			"Whether create-secret needs a workspace_id; without one the secret is for the caller's first workspace.",
		values: ["no", "yes"],
		default: "no",
	},
	workspaces: {
		summary:
			"Who gets an event that is sent to no workspace in particular: every workspace, or the first that got a secret.",
		values: ["all", "first"],
		default: "all",
	},
	json: {
		summary:
			"How a delivery's body is written: as Python's json.dumps writes it, or without spaces and in UTF-8.",
		values: ["python", "compact"],
		default: "python",
	},
	retry: {
		summary:
			"When a failed delivery is tried again: by the current guide, by its older text, or never.",
		values: ["current", "older", "none"],
		default: "current",
	},
};
