import { isDeepStrictEqual } from "node:util";
import { resend as sendAgain } from "../../engine/resend.ts";
import type { Stage } from "../stage.ts";
import { Unforeseen } from "../unforeseen.ts";
import { witness } from "../witness.ts";

/** Sends the latest delivery again as it was, and compares the two. */
export async function resend(stage: Stage): Promise<void> {
	const { latest: parent, session, engine } = stage;
	if (parent === undefined) throw new Unforeseen("a delivery", "none");
	const again = sendAgain(session, parent, "exact");
	await engine.idle();
	witness(stage, {});
	const [before, after] = [parent, again].map(({ body, attempts }) => ({
		body: Buffer.from(body),
		headers: attempts.at(-1)?.headers ?? {},
	}));
	if (!isDeepStrictEqual(before, after))
		throw new Unforeseen("the same bytes and headers", "others");
	stage.tell({
		type: "resent",
		parent: parent.id,
		bytes: again.body.length,
		headers: Object.keys(after?.headers ?? {}).length,
	});
}
