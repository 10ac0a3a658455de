import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { assumed, documented, reported } from "./entries.ts";
import { digest, openapi, rolling } from "./sources.ts";

/** Rolling and removing secrets. */
export const secrets: readonly FidelityEntry[] = [
	...reported(
		digest,
		"After a roll, signatures are valid for the new and the previous secret for up to 24 hours.",
	),
	...documented(openapi, "Rolling needs no body."),
	...documented(
		rolling,
		"In the older documentation, rolling requires a body with active, include_previous_data and authentication_type.",
	),
	...assumed(
		digest,
		"The previous secret signs for the whole 24 hours, and not after them.",
	),
	...assumed(
		rolling,
		"The settings in the body of a roll are not applied.",
		"A secret is 40 letters and digits.",
		"Rolling twice within 24 hours drops the oldest secret at once.",
		"previous_secret_key stays visible after it has stopped signing.",
	),
	...assumed(
		openapi,
		"Removing a secret leaves secret_key null; the removed one signs for 24 hours more, then deliveries are unsigned.",
		"Where there is no secret, removing changes nothing, and rolling leaves a removed one its 24 hours.",
	),
];
