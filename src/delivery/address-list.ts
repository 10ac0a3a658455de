import { BlockList, isIP } from "node:net";

/** Networks of either version. `browser/delivery/address-list.ts` is its twin. */
export interface AddressList {
	/** @param bits how many of the network's first bits count */
	add(network: string, bits: number): void;
	/** An IPv4 address in its IPv6 form (`::ffff:10.0.0.1`) is looked for as IPv4 too. */
	has(address: string): boolean;
}

export function createAddressList(): AddressList {
	const list = new BlockList();
	return {
		add: (network, bits) => list.addSubnet(network, bits, versionOf(network)),
		has: (address) => list.check(address, versionOf(address)),
	};
}

export function isAddress(text: string): boolean {
	return isIP(text) !== 0;
}

/** Not by `isIP`, whose first call would slow every start. */
function versionOf(address: string): "ipv4" | "ipv6" {
	return address.includes(":") ? "ipv6" : "ipv4";
}
