import { X509Certificate } from "node:crypto";
import { lookup as askSystem, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import * as tls from "node:tls";
import { LocalhookError } from "../errors.ts";
import { readUserFile } from "../user-file.ts";
import { isLoopbackAddress, isUnfitAddress } from "./addresses.ts";
import { isLocalName } from "./allowed-receivers.ts";

// What a connection may go to, and whom it trusts there: addresses and certificates.

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
 * Looks a receiver's name up, once for each connection, and gives those addresses alone that a delivery may go to:
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
			if (first === undefined)
				callback(refusedAddress(hostname, local, found), []);
			else if (options.all) callback(null, usable);
			else callback(null, first.address, first.family);
		});
	};
}

function refusedAddress(
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

/** KiB: the certificates of every public authority are a quarter of this. */
const most = 1024;
const block =
	/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

export function isPem(text: string): boolean {
	return text.includes("-----BEGIN ");
}

export function readCertificates(given: string): readonly string[] {
	const what = isPem(given)
		? "the text given as receiver CA"
		: `the receiver CA ${JSON.stringify(given)}`;
	const refuse = (reason: string): LocalhookError =>
		new LocalhookError("invalid-option", `Failed to read ${what}: ${reason}.`);
	let text = given;
	try {
		if (!isPem(given)) text = readUserFile(given, most).toString();
	} catch (error) {
		throw refuse(
			`${(error as Error).message}. Give the path of a PEM file, such as the one that mkcert -CAROOT leads to`,
		);
	}
	const found = text.match(block) ?? [];
	if (found.length === 0)
		throw refuse(
			"it has no certificate in it. Give PEM: text that begins with -----BEGIN CERTIFICATE-----",
		);
	try {
		for (const each of found) new X509Certificate(each);
	} catch {
		throw refuse("a certificate in it is damaged. Copy the file again");
	}
	return found;
}

/** What TLS connections trust: these, beside what Node trusts anyway. */
export function trusting(certificates: readonly string[]): tls.SecureContext {
	// Node 22.15 and later: with those of NODE_EXTRA_CA_CERTS.
	const { getCACertificates } = tls as {
		getCACertificates?: (type: "default") => string[];
	};
	const known = getCACertificates?.("default") ?? tls.rootCertificates;
	return tls.createSecureContext({ ca: [...known, ...certificates] });
}
