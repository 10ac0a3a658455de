import { lookup as askSystem, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { isLoopbackAddress, isUnfitAddress } from "./addresses.ts";
import { isLocalName } from "./targets.ts";

/** The addresses of a name, as `dns.lookup` gives them. */
export type Resolve = (
	hostname: string,
	options: { readonly all: true },
	callback: (
		error: NodeJS.ErrnoException | null,
		found: LookupAddress[],
	) => void,
) => void;

/** A name that is allowed, and an address behind it that is not. */
export class RefusedAddress extends Error {
	override readonly name = "RefusedAddress";
}

/**
 * Looks a target's name up, once for each connection, and gives those addresses alone that a delivery may go to:
 * the connection goes to what was checked, so a name cannot mean something else a moment later (DNS rebinding).
 * `*.localhost` is never asked of a name server.
 */
export function createLookup(resolve: Resolve = askSystem): LookupFunction {
	return (hostname, options, callback) => {
		const local = isLocalName(hostname);
		const asked = local ? "localhost" : hostname;
		resolve(asked, { ...options, all: true }, (error, found) => {
			if (error) return callback(error, []);
			const usable = found.filter(({ address }) =>
				local ? isLoopbackAddress(address) : !isUnfitAddress(address),
			);
			const [first] = usable;
			if (first === undefined) callback(refusal(hostname, local, found), []);
			else if (options.all) callback(null, usable);
			else callback(null, first.address, first.family);
		});
	};
}

function refusal(
	hostname: string,
	local: boolean,
	found: readonly LookupAddress[],
): RefusedAddress {
	const addresses = found.map(({ address }) => address).join(", ");
	return new RefusedAddress(
		local
			? `"${hostname}" means ${addresses} on this machine, which is not loopback; correct the hosts file`
			: `"${hostname}" means ${addresses}, where nothing is sent even when the name is allowed: ` +
					"link-local, multicast, unspecified and metadata addresses are refused",
	);
}
