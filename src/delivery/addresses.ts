import ipaddr from "ipaddr.js";
import { unfitNetworks } from "../generated/tables.ts";

type Network = readonly [address: string, bits: number];

/** An address of a tunnel inside a site, whatever network it is in: https://www.rfc-editor.org/rfc/rfc5214#section-6.1 */
const isatap = /:5efe:(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|[\d.]{7,15})$/i;

export const isLoopbackAddress = inAnyOf([
	["127.0.0.0", 8],
	["::1", 128],
]);
const isInUnfitNetwork = inAnyOf([
	...unfitNetworks.ipv4,
	// A network without IPv4 reaches them under this prefix: https://www.rfc-editor.org/rfc/rfc6052#section-2.1
	...unfitNetworks.ipv4.map(
		([ip, bits]): Network => [`64:ff9b::${ip}`, 96 + bits],
	),
	...unfitNetworks.ipv6,
]);

/**
 * Whether a host is an address that no delivery may go to, whatever the user allows: link-local, unspecified,
 * multicast, broadcast, a cloud's metadata, or one of those inside an IPv6 address. Brackets may stand around it.
 */
export function isUnfitAddress(host: string): boolean {
	const address = host.replace(/^\[(.*)\]$/, "$1");
	if (isLoopbackAddress(address)) return false;
	return isatap.test(address) || isInUnfitNetwork(address);
}

export function inAnyOf(
	networks: readonly Network[],
): (text: string) => boolean {
	// Read when they are first asked for: most commands ask for none.
	let known: (readonly [ipaddr.IPv6, bits: number])[] | undefined;
	return (text) => {
		known ??= networks.map(([ip, bits]) => {
			const shift = ip.includes(":") ? 0 : 96;
			return [addressOf(ip) as ipaddr.IPv6, shift + bits];
		});
		const address = addressOf(text);
		return known.some(([network, bits]) => address?.match(network, bits));
	};
}

export function isAddress(text: string): boolean {
	return addressOf(text) !== undefined;
}

/** An address, IPv4 where IPv6 keeps it (https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2); undefined: it is none. */
function addressOf(text: string): ipaddr.IPv6 | undefined {
	// Which link a link-local address is on says nothing of what it is.
	const [address = ""] = text.split("%", 1);
	const { IPv4, IPv6 } = ipaddr;
	if (IPv4.isValidFourPartDecimal(address))
		return IPv4.parse(address).toIPv4MappedAddress();
	return IPv6.isValid(address) ? IPv6.parse(address) : undefined;
}
