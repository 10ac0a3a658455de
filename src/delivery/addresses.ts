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
	let prefixes: ReturnType<typeof prefixOf>[] | undefined;
	return (text) => {
		const address = numberOf(text);
		if (address === undefined) return false;
		prefixes ??= networks.map(prefixOf);
		return prefixes.some(({ shift, prefix }) => address >> shift === prefix);
	};
}

function prefixOf([ip, bits]: Network) {
	const shift = BigInt((ip.includes(":") ? 128 : 32) - bits);
	return { shift, prefix: (numberOf(ip) ?? 0n) >> shift };
}

export function isAddress(text: string): boolean {
	return numberOf(text) !== undefined;
}

/** An address in 128 bits, IPv4 where IPv6 keeps it (https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2); undefined: it is none. */
function numberOf(text: string): bigint | undefined {
	// Which link a link-local address is on says nothing of what it is.
	const [address = ""] = text.split("%", 1);
	const groups = address.includes(":") ? groupsOf(address) : ipv4Of(address);
	return groups?.reduce((number, group) => (number << 16n) | BigInt(group), 0n);
}

function ipv4Of(text: string): number[] | undefined {
	const parts = text.split(".");
	const isWhole = parts.every(
		(part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256,
	);
	if (parts.length !== 4 || !isWhole) return undefined;
	const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
	return [0xffff, a * 256 + b, c * 256 + d];
}

function groupsOf(text: string): number[] | undefined {
	if (!/^[\da-f:.]+$/i.test(text)) return undefined;
	const host = URL.parse(`http://[${text}]`)?.hostname;
	if (host === undefined) return undefined;
	// A parsed URL spells an address in one way: no IPv4 at its end, one `::` at most.
	const [head = "", tail = ""] = host.slice(1, -1).split("::");
	const [first = [], last = []] = [head, tail].map((part) =>
		part === "" ? [] : part.split(":"),
	);
	const zeros = new Array<string>(8 - first.length - last.length).fill("0");
	return [...first, ...zeros, ...last].map((group) =>
		Number.parseInt(group, 16),
	);
}
