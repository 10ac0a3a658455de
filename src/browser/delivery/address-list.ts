import type { AddressList } from "../../delivery/address-list.ts";

interface Network {
	readonly address: bigint;
	readonly shift: bigint;
}

/** Where IPv6 keeps IPv4: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2 */
const mapped = 0xffff_0000_0000n;

export function createAddressList(): AddressList {
	const networks: Network[] = [];
	return {
		add(network, bits) {
			const shift = BigInt((network.includes(":") ? 128 : 32) - bits);
			networks.push({ address: numberOf(network) ?? 0n, shift });
		},
		has(text) {
			const number = numberOf(text);
			return (
				number !== undefined &&
				networks.some(
					({ address, shift }) => number >> shift === address >> shift,
				)
			);
		},
	};
}

export function isAddress(text: string): boolean {
	return numberOf(text) !== undefined;
}

/** An address in 128 bits, IPv4 in its IPv6 form. */
function numberOf(text: string): bigint | undefined {
	const groups = text.includes(":") ? groupsOf(text) : undefined;
	if (groups !== undefined)
		return groups.reduce(
			(number, group) => (number << 16n) | BigInt(group),
			0n,
		);
	const ipv4 = ipv4Of(text);
	return ipv4 === undefined ? undefined : mapped | BigInt(ipv4);
}

function ipv4Of(text: string): number | undefined {
	const parts = text.split(".");
	const isWhole = parts.every(
		(part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256,
	);
	if (parts.length !== 4 || !isWhole) return undefined;
	return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): number[] | undefined {
	if (!/^[\da-f:.]+$/i.test(text)) return undefined;
	const host = URL.parse(`http://[${text}]`)?.hostname;
	// A parsed URL spells an address in one way: no IPv4 at its end, one `::` at most.
	const [head = "", tail] = host?.slice(1, -1).split("::") ?? [];
	if (host === undefined) return undefined;
	const read = (part = "") =>
		part === ""
			? []
			: part.split(":").map((group) => Number.parseInt(group, 16));
	const [first, last] = [read(head), read(tail)];
	const zeros = new Array<number>(8 - first.length - last.length).fill(0);
	return [...first, ...zeros, ...last];
}
