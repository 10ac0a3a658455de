import type { Random } from "../../contract/random.ts";

/**
 * A prefix and twenty alphanumerics, drawn from the prefix's own stream so that one kind of id never shifts another.
 *
 * The ids that Solvimon shows have this form: https://docs.solvimon.com/platform-guides/for-developers/introduction
 */
export function newId(prefix: "whk" | "evnt" | "reqr", random: Random): string {
	return `${prefix}_${random.stream(`ids of ${prefix}`).alphanumeric(20)}`;
}
