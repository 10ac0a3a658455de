import { bytesOf } from "../bytes.ts";
import type { Endpoint } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Recipe } from "../contract/signing.ts";
import { sign } from "../delivery/attempt.ts";
import {
	checkBadSignature,
	parseBadSignature,
	tamper,
} from "../delivery/bad-signature.ts";
import { asUsual, type How } from "../delivery/in-flight.ts";
import { withoutCredentials } from "../mask-url.ts";
import { type Recipients, recipientsOf } from "./addressing.ts";
import { dryRunContext } from "./dry-run.ts";
import type { EventRequest } from "./event-request.ts";
import type { Session } from "./session-contract.ts";

/** One request as it would be sent now. */
export interface Preview {
	readonly endpoint: string;
	readonly url: string;
	/** The provider's own. */
	readonly headers: Readonly<Record<string, string>>;
	/** What the receiver's URL and the user add: secrets. */
	readonly receiverHeaders: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** How to compute its signature again; undefined: it has none, or none that other tools know. */
	readonly recipe: Recipe | undefined;
}

/** How the request wants its deliveries made. @throws LocalhookError `invalid-request` */
export function howOf(
	{ body, sign }: EventRequest,
	{ provider, signer, run }: Session,
	{ endpoints, pinned, owner }: Recipients,
): How {
	if (body === undefined && pinned === undefined && sign === undefined)
		return asUsual;
	const signing = sign === undefined ? undefined : parseBadSignature(sign);
	if (signing !== undefined) {
		for (const endpoint of endpoints)
			checkBadSignature(
				signing,
				provider.id,
				signer,
				endpoint.secrets,
				run.signedBefore(endpoint),
			);
	}
	return {
		...(body !== undefined && { body }),
		...(signing !== undefined && { signing }),
		...(pinned !== undefined && { pinned }),
		...(owner !== undefined && { owner }),
	};
}

/** What would be sent to one endpoint; nothing is. */
function preview(
	session: Session,
	event: EventRecord,
	endpoint: Endpoint,
	how: How,
): Preview {
	const { provider, signer, context, settings } = session;
	const encoded = provider.encode(event, endpoint, settings.options);
	const kept = bytesOf(how.body ?? encoded.body);
	const body = how.signing?.kind === "tampered-body" ? tamper(kept) : kept;
	const message = { body, secrets: endpoint.secrets, at: context.now() };
	const signature = sign(how.signing, signer, message, () =>
		session.run.signedBefore(endpoint),
	);
	const target = session.targets.resolve(endpoint.url);
	return {
		endpoint: endpoint.id,
		url: withoutCredentials(endpoint.url),
		headers: { ...encoded.headers, ...endpoint.headers, ...signature },
		receiverHeaders: target.headers ?? {},
		body,
		recipe:
			how.signing === undefined && endpoint.secrets.length > 0
				? signer.recipe(message)
				: undefined,
	};
}

/** What an event would send now, endpoint by endpoint; nothing is sent, recorded or used up. */
export function previews(
	session: Session,
	type: string,
	request: EventRequest,
): Preview[] {
	const { provider } = session;
	session.ready();
	const context = dryRunContext(provider, session.context);
	const event = session.compose(type, request, context);
	const recipients = recipientsOf(session, event, request, context);
	const how = howOf(request, session, recipients);
	return recipients.endpoints.map((endpoint) =>
		preview(session, event, endpoint, how),
	);
}
