import { X509Certificate } from "node:crypto";
import * as tls from "node:tls";
import { LocalhookError } from "../errors.ts";
import { readUserFile } from "../user-file.ts";

/** KiB: the certificates of every public authority are a quarter of this. */
const most = 1024;
const block =
	/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

/** Whether a text is certificates themselves, and not the name of a file that has them. */
export function isPem(text: string): boolean {
	return text.includes("-----BEGIN ");
}

/**
 * The certificates of a PEM text, or of a PEM file.
 *
 * @throws LocalhookError `invalid-option` for a file that cannot be read, or has none
 */
export function readCertificates(given: string): readonly string[] {
	const [what, text] = isPem(given)
		? ["the text given as receiver CA", given]
		: [`the receiver CA ${JSON.stringify(given)}`, contentOf(given)];
	const found = text.match(block) ?? [];
	if (found.length === 0)
		throw refusal(
			what,
			"it has no certificate in it",
			"Give PEM: text that begins with -----BEGIN CERTIFICATE-----.",
		);
	for (const each of found) checkCertificate(what, each);
	return found;
}

function contentOf(path: string): string {
	try {
		return readUserFile(path, most).toString();
	} catch (error) {
		throw refusal(
			`the receiver CA ${JSON.stringify(path)}`,
			(error as Error).message,
			"Give the path of a PEM file, such as the one that mkcert -CAROOT leads to.",
		);
	}
}

function checkCertificate(what: string, pem: string): void {
	try {
		new X509Certificate(pem);
	} catch {
		throw refusal(
			what,
			"a certificate in it is damaged",
			"Copy the file again.",
		);
	}
}

function refusal(what: string, reason: string, advice: string): LocalhookError {
	return new LocalhookError(
		"invalid-option",
		`Failed to read ${what}: ${reason}. ${advice}`,
	);
}

/** What TLS connections trust: these, beside what Node trusts anyway. */
export function trusting(certificates: readonly string[]): tls.SecureContext {
	// Node 22.15 and later: with those of NODE_EXTRA_CA_CERTS.
	const { getCACertificates } = tls as {
		getCACertificates?: (type: "default") => string[];
	};
	const usual = getCACertificates?.("default") ?? tls.rootCertificates;
	return tls.createSecureContext({ ca: [...usual, ...certificates] });
}
