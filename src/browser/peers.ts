import type { LocalhookError } from "../errors.ts";
import type { Peer } from "../peers.ts";

/** A page has no packages to look at: what is too old, its bundler has told of. */
export function requirePeer(_peer: Peer, _entry: string): void {}

export function missingPeer(
	_peer: Peer,
	_entry: string,
	_error: unknown,
): LocalhookError | undefined {
	return undefined;
}
