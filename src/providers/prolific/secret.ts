import type { Context } from "../../contract/operation.ts";
import type { Prolific, Secret } from "./shape.ts";

/** Documented only by an elided example of 30 characters and some dots. */
const valueLength = 35;

/** Gives a workspace a new secret; the one before it is gone at once. */
export function issueSecret(
	workspace: string,
	{ state, random }: Context<Prolific>,
): Secret {
	const draw = random.stream(`secret/${workspace}`);
	return state.secrets.put({
		id: draw.hex(24),
		value: draw.base64url(valueLength),
		workspace_id: workspace,
	});
}
