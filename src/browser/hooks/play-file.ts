import { LocalhookError } from "../../errors.ts";

export async function playFile(): Promise<void> {
	throw new LocalhookError(
		"invalid-request",
		"Failed to play a scenario: a page cannot read files. Play it in Node, with hooks.play or localhook play.",
	);
}
