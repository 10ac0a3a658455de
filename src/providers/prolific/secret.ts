import type { Call, Context, Reply } from "../../contract/operation.ts";
import { refusal } from "./errors.ts";
import type { Prolific, Secret } from "./shape.ts";

/** Documented only by an elided example of 30 characters and some dots. */
const valueLength = 35;

/** The workspace that got a secret first; before that, the one that a caller starts with. */
export function firstWorkspace({ state, random }: Context<Prolific>): string {
	const [first] = state.secrets.values();
	return first?.workspace_id ?? random.fork("workspace").hex(24);
}

/** Gives a workspace a new secret; the one before it is gone at once. */
export function issueSecret(
	workspace: string,
	{ state, random, replaced }: Context<Prolific>,
): Secret {
	const draw = random.stream(`secret/${workspace}`);
	const before = state.secrets.get(workspace);
	const secret = state.secrets.put({
		id: draw.hex(24),
		value: draw.base64url(valueLength),
		workspace_id: workspace,
	});
	replaced(before?.value, secret.value);
	return secret;
}

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
