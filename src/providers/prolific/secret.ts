import type { Context } from "../../contract/operation.ts";
import type { Prolific, Secret } from "./shape.ts";

/** Documented only by an elided example of 30 characters and some dots. */
const valueLength = 35;

/** Gives a workspace a new secret; the one before it is gone at once. */
export function issueSecret(
	workspace: string,
	{ state, random }: Context<Prolific>,
): Secret {
	const before = state.secrets.get(workspace);
	const generation = (before?.generation ?? 0) + 1;
	const draw = random.fork(`secret/${workspace}/${generation}`);
	return state.secrets.put({
		id: draw.hex(24),
		value: draw.base64url(valueLength),
		workspace_id: workspace,
		generation,
		subscriptions: before?.subscriptions ?? 0,
	});
}
