import type { Call, Reply } from "../../../contract/operation.ts";
import { refusal } from "../errors.ts";
import { issueSecret } from "../secret.ts";
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
	const workspace = call.body?.workspace_id ?? "";
	// The schema does not require the field, though a secret without a workspace could sign nothing.
	if (workspace === "") {
		return refusal(400, {
			workspace_id: [
				'"workspace_id" is required: name the workspace that the secret is for.',
			],
		});
	}
	return { status: 201, body: present(issueSecret(workspace, call)) };
}

function present({ id, value, workspace_id }: Secret): object {
	return { id, value, workspace_id };
}
