import { type Duplex, duplexPair } from "node:stream";

/** A connection in memory. */
export interface Line {
	/** The end of who sends. */
	readonly near: Duplex;
	/** The end of the receiver, which takes it for a socket. */
	readonly far: Duplex;
}

/** @param origin what the receiver is called by; with `https`, its end is one that has been decrypted */
export function openLine(origin: string): Line {
	const [near, far] = duplexPair();
	// Either end going is the end of both, and whoever sends sees it as it would on a socket.
	near.on("close", () => far.destroy());
	far.on("close", () => near.push(null));
	const itself = () => far;
	Object.assign(far, {
		encrypted: origin.startsWith("https:"),
		remoteAddress: "127.0.0.1",
		remoteFamily: "IPv4",
		remotePort: 0,
		localAddress: "127.0.0.1",
		localPort: 0,
		address: () => ({ address: "127.0.0.1", family: "IPv4", port: 0 }),
		setTimeout: itself,
		setNoDelay: itself,
		setKeepAlive: itself,
		ref: itself,
		unref: itself,
	});
	return { near, far };
}
