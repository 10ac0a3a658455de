import type { Call, Reply } from "../../../contract/operation.ts";
import { refusal } from "../errors.ts";
import { firstWorkspace, issueSecret } from "../secret.ts";
import type { Prolific, Secret } from "../shape.ts";

export function getSecrets({
	query,
	state,
}: Call<Prolific, "get-secrets">): Reply {
	const { workspace_id } = query;
	const wanted =
		workspace_id === undefined
			? [...state.secrets.values()]
			: [state.secrets.get(workspace_id)];
	const results = wanted.filter((secret) => secret !== undefined).map(present);
	return { status: 200, body: { results } };
}

export function createSecret(call: Call<Prolific, "create-secret">): Reply {
	// Empty counts as absent.
	const named = call.body?.workspace_id || undefined;
	if (named === undefined && call.options.requireWorkspace === "yes") {
		return refusal(400, {
			workspace_id: [
				'"workspace_id" is required: name the workspace that the secret is for.',
			],
		});
	}
	// The schema does not require the field: https://beta-docs.prolific.com/api-reference/webhooks/create-secret
	const workspace = named ?? firstWorkspace(call);
	return { status: 201, body: present(issueSecret(workspace, call)) };
}

function present({ id, value, workspace_id }: Secret): object {
	return { id, value, workspace_id };
}
