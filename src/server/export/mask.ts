import type { Delivery } from "../../contract/records.ts";
import type { Engine } from "../../engine/engine.ts";
import { hidden, maskUrl } from "../../mask-url.ts";

type Headers = Readonly<Record<string, string | string[]>>;

/** Headers as an export shows them. */
export interface Mask {
	/** Of an attempt. */
	sent(delivery: Delivery, headers: Headers): [name: string, value: string][];
	/** Of a receiver's answer. */
	received(headers: Headers): [name: string, value: string][];
	/** A receiver's URL, or what names an endpoint by it. */
	url(text: string): string;
}

const telling = /auth|cookie|key|password|secret|token/i;

/**
 * Hides what lets somebody in: names and passwords in URLs too. Of the headers sent that is all that the provider did not choose itself: credentials
 * stand under a name of the customer's. Signatures stay: they are of no use without the secret.
 */
export function createMask(engine: Engine, withSecrets: boolean): Mask {
	if (withSecrets)
		return {
			sent: (_, headers) => pairs(headers),
			received: pairs,
			url: (text) => text,
		};
	const signatures = new Set<string>();
	const secrets = new Set<string>();
	for (const { signer, provider, context } of engine.sessions.values()) {
		const { header, timestampHeader = header } = signer;
		signatures.add(header.toLowerCase());
		signatures.add(timestampHeader.toLowerCase());
		for (const secret of provider.secrets(context)) secrets.add(secret);
	}
	const withoutSecrets = (value: string) => {
		let shown = value;
		for (const secret of secrets) shown = shown.replaceAll(secret, hidden);
		return shown;
	};
	return {
		sent: (delivery, headers) =>
			pairs(headers).map(([name, value]) => {
				const isProviders =
					delivery.headers[name] === value ||
					signatures.has(name.toLowerCase());
				return [name, isProviders ? withoutSecrets(value) : hidden];
			}),
		received: (headers) =>
			pairs(headers).map(([name, value]) => [
				name,
				telling.test(name) ? hidden : withoutSecrets(value),
			]),
		url: (text) =>
			maskUrl(text).replaceAll(
				/([?&][^=&#?]*)=[^&#]*/g,
				(given, name: string) =>
					telling.test(name) ? `${name}=${hidden}` : given,
			),
	};
}

/**
 * Headers and URLs as the control API shows them to who debugs: of the request, what lets somebody in at the receiver
 * is hidden unless it is to be revealed; the answer is shown as it came.
 */
export function controlMask(engine: Engine, reveal: boolean): Mask {
	const { sent, url } = createMask(engine, reveal);
	return { sent, received: pairs, url: reveal ? url : maskUrl };
}

function pairs(headers: Headers): [string, string][] {
	return Object.entries(headers).flatMap(([name, values]) =>
		[values].flat().map((value): [string, string] => [name, value]),
	);
}
