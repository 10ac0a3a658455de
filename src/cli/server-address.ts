import { wholeNumber } from "../config/kinds.ts";
import { LocalhookError } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";
import { webAddress, whyNoWebAddress } from "../web-address.ts";
import type { Io } from "./io.ts";

export interface ServerAddress {
	/** Without a slash at the end. */
	readonly url: string;
	readonly token: string | undefined;
}

/** At 0 a server picks one, and only its output says which. */
const port = wholeNumber("port", 1, 65_535);

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
	const given = options.url || env.LOCALHOOK_URL;
	const token = options.token || env.LOCALHOOK_TOKEN || undefined;
	const url = (given || `http://127.0.0.1:${portIn(env)}`).trim();
	const read = webAddress(url);
	if (read === null) {
		const source = given === env.LOCALHOOK_URL ? "LOCALHOOK_URL" : "--url";
		throw new LocalhookError(
			"invalid-option",
			`Invalid ${source} ${quotedUrl(url)}: ${whyNoWebAddress(url)}. Give one such as http://127.0.0.1:4600.`,
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

function portIn({ LOCALHOOK_PORT: text }: Io["env"]): number {
	if (!text) return 4600;
	try {
		return port.read([text]);
	} catch (error) {
		throw new LocalhookError(
			"invalid-option",
			`LOCALHOOK_PORT: ${(error as Error).message}`,
			{ cause: error },
		);
	}
}
