import type { Random } from "../../contract/random.ts";

/** One stream for each kind of id. A reset brings a new source, and with it new streams from the start. */
const streams = new WeakMap<Random, Map<string, Random>>();

/**
 * A prefix and twenty alphanumerics, drawn from the prefix's own stream so that one kind of id never shifts another.
 *
 * The ids that Solvimon shows have this form: https://docs.solvimon.com/platform-guides/for-developers/introduction
 */
export function newId(prefix: "whk" | "evnt" | "reqr", source: Random): string {
	const own = streams.get(source) ?? new Map<string, Random>();
	streams.set(source, own);
	const stream = own.get(prefix) ?? source.fork(`ids of ${prefix}`);
	own.set(prefix, stream);
	return `${prefix}_${stream.alphanumeric(20)}`;
}
