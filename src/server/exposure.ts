import { isIP } from "node:net";
import { isLoopback } from "../delivery/targets.ts";

/** What follows from the address that a server listens on. */
export interface Exposure {
	/** The host of the URL it is called by from here. */
	readonly urlHost: string;
	/** Whether other machines may reach it. */
	readonly beyondLoopback: boolean;
	/** Whether it listens on all addresses of this machine. */
	readonly everywhere: boolean;
}

/** @param host Absent: both loopback addresses. */
export function exposureOf(host = "127.0.0.1"): Exposure {
	const name = isIP(host) === 6 ? `[${host}]` : host;
	const parsed = URL.parse(`http://${name}`)?.hostname ?? name;
	const everywhere = parsed === "0.0.0.0" || parsed === "[::]";
	const own = parsed === "[::]" ? "[::1]" : "127.0.0.1";
	return {
		urlHost: everywhere ? own : parsed,
		beyondLoopback: !isLoopback(parsed),
		everywhere,
	};
}
