import { bytesOf, hexOf } from "../../bytes.ts";
import { keyed, sameBytes, sha256 } from "../../signing/digests.ts";

/** A request as its signature covers it; the path as sent, without the query. */
export interface SignableRequest {
	readonly method: string;
	readonly path: string;
	/** Without the question mark. */
	readonly query: string;
	readonly body: Uint8Array | string;
}

/** The two questions on which the provider's guides and its own client disagree. */
export interface SignatureForm {
	readonly query: "signed" | "left-out";
	/** What stands for the body's hash when there is no body. */
	readonly emptyBody: "nothing" | "hash";
}

/** What the official client does, and the vectors it shares with the platform. */
const official: SignatureForm = { query: "signed", emptyBody: "nothing" };

/**
 * The `X-Signature` of a request to the integrator API.
 *
 * @param timestamp what `X-Timestamp` says
 * @example
 * signRequest({ method: "GET", path: "/v1/integrator/webhooks", query: "", body: "" }, secret, String(now))
 */
export function signRequest(
	{ method, path, query, body }: SignableRequest,
	secret: string,
	timestamp: string,
	form = official,
): string {
	const canonical = form.query === "signed" ? canonicalQuery(query) : "";
	const signedPath = canonical === "" ? path : `${path}?${canonical}`;
	const bodyHash =
		body.length === 0 && form.emptyBody === "nothing"
			? ""
			: hexOf(sha256(body));
	const text = `${timestamp}.${method.toUpperCase()}.${signedPath}.${bodyHash}`;
	return `sha256=${hexOf(keyed("sha256", secret, [text]))}`;
}

/** Whether a signature is right by one of the secrets, in one of the forms. */
export function isSignedBy(
	secrets: readonly string[],
	request: SignableRequest,
	timestamp: string,
	signature: string,
): boolean {
	const given = bytesOf(signature);
	// Every pair is compared, so that the time taken says nothing about which one fits.
	let matches = 0;
	for (const secret of secrets) {
		for (const form of formsOf(request)) {
			const wanted = bytesOf(signRequest(request, secret, timestamp, form));
			if (sameBytes(given, wanted)) matches++;
		}
	}
	return matches > 0;
}

/**
 * The overview and the client leave an empty body's hash empty and sign the query; the guide's sample code hashes
 * nothing and signs the path alone. https://docs.sandbox.spritz.finance/guides/authentication
 */
function formsOf({ query, body }: SignableRequest): SignatureForm[] {
	const queries: SignatureForm["query"][] =
		query === "" ? ["signed"] : ["signed", "left-out"];
	const bodies: SignatureForm["emptyBody"][] =
		body.length > 0 ? ["nothing"] : ["nothing", "hash"];
	return queries.flatMap((signed) =>
		bodies.map((emptyBody) => ({ query: signed, emptyBody })),
	);
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
