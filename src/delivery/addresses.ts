import { createAddressList, isAddress } from "./address-list.ts";

/** Link-local, "this network" with the unspecified address, multicast, and reserved up to broadcast. */
const unfitIpv4 = [
	["0.0.0.0", 8],
	["169.254.0.0", 16],
	["224.0.0.0", 4],
	["240.0.0.0", 4],
	// What clouds tell an instance about itself, credentials included, where it is not link-local:
	// Alibaba https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
	["100.100.100.200", 32],
	// Azure https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
	["168.63.129.16", 32],
	// Oracle, before it moved to a link-local one
	["192.0.0.192", 32],
] as const;

const unfitIpv6 = [
	["fe80::", 10],
	["ff00::", 8],
	// AWS https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
	["fd00:ec2::254", 128],
	// Google https://cloud.google.com/compute/docs/metadata/querying-metadata
	["fd20:ce::254", 128],
	// Scaleway
	["fd00:42::42", 128],
	// Those that carry an IPv4 address and that nobody's receiver needs: compatible (with the unspecified one),
	// translated, locally translated, 6to4, Teredo.
	["::", 96],
	["::ffff:0:0:0", 96],
	["64:ff9b:1::", 48],
	["2002::", 16],
	["2001::", 32],
] as const;

/** An address of a tunnel inside a site, whatever network it is in: https://www.rfc-editor.org/rfc/rfc5214#section-6.1 */
const isatap = /:5efe:(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|[\d.]{7,15})$/i;

const loopback = createAddressList();
loopback.add("127.0.0.0", 8);
loopback.add("::1", 128);

const unfit = createAddressList();
for (const [network, bits] of unfitIpv4) {
	unfit.add(network, bits);
	// A network without IPv4 reaches them under this prefix: https://www.rfc-editor.org/rfc/rfc6052#section-2.1
	unfit.add(`64:ff9b::${network}`, 96 + bits);
}
for (const [network, bits] of unfitIpv6) unfit.add(network, bits);

/** Whether an IP address means this machine, whatever form it is written in. */
export function isLoopbackAddress(address: string): boolean {
	return loopback.has(address);
}

/**
 * Whether a host is an address that no delivery may go to, whatever the user allows: link-local, unspecified,
 * multicast, broadcast, a cloud's metadata, or one of those inside an IPv6 address. Brackets may stand around it.
 *
 * @example
 * isUnfitAddress("[::ffff:169.254.169.254]") // true
 * isUnfitAddress("hooks.example.com") // false
 */
export function isUnfitAddress(host: string): boolean {
	const address = host.replace(/^\[(.*)\]$/, "$1");
	if (!isAddress(address) || isLoopbackAddress(address)) return false;
	return isatap.test(address) || unfit.has(address);
}
