import { bytesOf, hexOf } from "../../bytes.ts";
import type { UnsignedRequest } from "../../contract/operation.ts";
import { keyed, sameBytes, sha256 } from "../../signing/digests.ts";

/**
 * Each `X-Signature` that a request to the integrator API may have; the first is that of the official client, and of the
 * vectors it shares with the platform. The overview and the client sign the query and leave an empty body's hash empty;
 * the guide's sample code signs the path alone and hashes nothing.
 * https://docs.sandbox.spritz.finance/guides/authentication
 *
 * @param timestamp what `X-Timestamp` says
 */
export function signaturesOf(
	{ method, path, query, body }: UnsignedRequest,
	secret: string,
	timestamp: string,
): string[] {
	const canonical = canonicalQuery(query);
	const paths = canonical === "" ? [path] : [`${path}?${canonical}`, path];
	const bodyHash = hexOf(sha256(body));
	const hashes = body.length > 0 ? [bodyHash] : ["", bodyHash];
	return paths.flatMap((signed) =>
		hashes.map((hash) => {
			const text = `${timestamp}.${method.toUpperCase()}.${signed}.${hash}`;
			return `sha256=${hexOf(keyed("sha256", secret, [text]))}`;
		}),
	);
}

export function isSignedBy(
	secrets: readonly string[],
	request: UnsignedRequest,
	timestamp: string,
	signature: string,
): boolean {
	const given = bytesOf(signature);
	// Every pair is compared, so that the time taken says nothing about which one fits.
	return secrets
		.flatMap((secret) => signaturesOf(request, secret, timestamp))
		.map((right) => sameBytes(given, bytesOf(right)))
		.includes(true);
}

/** Pairs by name, names and values percent-encoded; pairs of one name keep their order, as in the official client. */
function canonicalQuery(query: string): string {
	return [...new URLSearchParams(query)]
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([name, value]) => `${encode(name)}=${encode(value)}`)
		.join("&");
}

/** The URL parser escapes the apostrophe in a query, which `encodeURIComponent` leaves alone. */
function encode(text: string): string {
	return encodeURIComponent(text).replaceAll("'", "%27");
}
