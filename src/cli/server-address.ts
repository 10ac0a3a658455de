import { LocalhookError } from "../errors.ts";
import type { Io } from "./io.ts";

export interface ServerAddress {
	/** Without a slash at the end. */
	readonly url: string;
	readonly token: string | undefined;
}

/**
 * The server a command talks to: what its flags say, else the environment, else the default port of this machine.
 *
 * @throws LocalhookError `invalid-option`, `invalid-credential`
 */
export function serverAddress(
	options: {
		readonly url?: string | undefined;
		readonly token?: string | undefined;
	},
	env: Io["env"],
): ServerAddress {
	const port = env.LOCALHOOK_PORT || "4600";
	const url = options.url || env.LOCALHOOK_URL || `http://127.0.0.1:${port}`;
	const token = options.token || env.LOCALHOOK_TOKEN || undefined;
	const read = URL.canParse(url) ? new URL(url) : undefined;
	if (read === undefined || !/^https?:$/.test(read.protocol)) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to read the server's URL "${url}": it is not an http URL. Give --url or LOCALHOOK_URL such as http://127.0.0.1:4600.`,
		);
	}
	if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
		throw new LocalhookError(
			"invalid-credential",
			"Failed to read the token: it holds characters that no header may. Give the one that the server printed at its start.",
		);
	}
	return { url: `${read.origin}${read.pathname}`.replace(/\/+$/, ""), token };
}
