import type { Server } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { isLoopback } from "../delivery/allowed-receivers.ts";
import { invalidOption, LocalhookError } from "../errors.ts";

/** Listens on both loopback addresses at one port, since `localhost` may mean either of them. */
export async function listenOnLoopback(
	[ipv4, ipv6]: readonly [Server, Server],
	port: number,
): Promise<number> {
	for (let tries = 1; ; tries++) {
		const chosen = await listen(ipv4, port, "127.0.0.1");
		try {
			return await listen(ipv6, chosen, "::1");
		} catch (error) {
			const isTaken =
				error instanceof LocalhookError && error.code === "port-in-use";
			if (!isTaken) return chosen; // a machine without IPv6
			await new Promise((resolve) => ipv4.close(resolve));
			if (port !== 0 || tries === 10) throw error;
		}
	}
}

export function listen(
	server: Server,
	port: number,
	host: string,
): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) =>
			reject(explain(error, port, host)),
		);
		server.listen(port, host, () => {
			server.removeAllListeners("error");
			resolve((server.address() as AddressInfo).port);
		});
	});
}

/** A name that means nothing, or an address that is another machine's. */
const strange = /^(?:EADDRNOTAVAIL|EAI_AGAIN|EINVAL|ENOTFOUND)$/;

function explain(
	error: NodeJS.ErrnoException,
	port: number,
	host: string,
): Error {
	const isTaken = error.code === "EADDRINUSE";
	if (isTaken || error.code === "EACCES") {
		const reason = isTaken
			? "another process has it. Stop that process, choose another port with --port, or let one be picked with --port 0."
			: "the system does not permit it. Choose a port above 1023 with --port.";
		return new LocalhookError(
			"port-in-use",
			`Failed to listen on ${host} port ${port}: ${reason}`,
			{ cause: error, details: { port } },
		);
	}
	if (strange.test(error.code ?? "")) {
		return invalidOption(
			`Failed to listen on "${host}": it is no address of this machine. ` +
				"Give one that it has with --host, such as 0.0.0.0 for all, or leave that out for loopback.",
			{ cause: error },
		);
	}
	return error;
}

/** @param host Absent: both loopback addresses. */
export function exposureOf(host = "127.0.0.1") {
	const name = isIP(host) === 6 ? `[${host}]` : host;
	const parsed = URL.parse(`http://${name}`)?.hostname ?? name;
	const everywhere = parsed === "0.0.0.0" || parsed === "[::]";
	const own = parsed === "[::]" ? "[::1]" : "127.0.0.1";
	return {
		/** The host of the URL it is called by from here. */
		urlHost: everywhere ? own : parsed,
		beyondLoopback: !isLoopback(parsed),
		everywhere,
	};
}
