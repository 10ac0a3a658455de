import type { Context } from "../../contract/operation.ts";
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
