import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	inAnyOf,
	isAddress,
	isUnfitAddress,
} from "../src/delivery/addresses.ts";

const versionOf = (address: string) =>
	address.includes(":") ? "ipv6" : "ipv4";

function holds(
	arbitrary: fc.Arbitrary<string>,
	check: (text: string) => void,
): void {
	fc.assert(fc.property(arbitrary, check), { seed: 4, numRuns: 300 });
}

describe("an address", () => {
	const networks = [
		["127.0.0.0", 8],
		["169.254.0.0", 16],
		["100.100.100.200", 32],
		["fe80::", 10],
		["::", 96],
		["64:ff9b::169.254.0.0", 112],
		["fd00:ec2::254", 128],
		["2002::", 16],
	] as const;
	const near = fc.constantFrom(
		..."127.0.0.1 127.255.255.255 128.0.0.1 169.254.169.254 100.100.100.200 ::ffff:127.0.0.1 ::ffff:169.254.1.1 fe80::1".split(
			" ",
		),
		..."febf:: fec0:: ::1 :: ::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::1.2.3.4 fd00:ec2::254 2002:7f00:1:: 2003::".split(
			" ",
		),
	);

	it("is in the networks that Node finds it in", () => {
		const isIn = inAnyOf(networks);
		const nodes = new BlockList();
		for (const [network, bits] of networks)
			nodes.addSubnet(network, bits, versionOf(network));

		holds(fc.oneof(near, fc.ipV4(), fc.ipV6()), (address) => {
			const expected = nodes.check(address, versionOf(address));
			expect(isIn(address), address).toBe(expected);
		});
	});

	it.each(["fe80::1%eth0", "FE80::1%1", "[::ffff:169.254.169.254]"])(
		"is unfit in each form: %s",
		(address) => {
			expect(isUnfitAddress(address)).toBe(true);
		},
	);

	it("is told from a name", () => {
		const odd = fc.constantFrom(
			..."localhost 1.2.3 1.2.3.4.5 256.1.1.1 01.2.3.4 ::1]/x[ :::: 1::2::3 ::g ::1.2.3 1.2.3.4:80".split(
				" ",
			),
			"",
		);

		holds(fc.oneof(near, odd, fc.ipV4(), fc.ipV6(), fc.domain()), (text) => {
			expect(isAddress(text), text).toBe(isIP(text) !== 0);
		});
	});
});
