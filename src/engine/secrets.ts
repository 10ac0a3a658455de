import type { Context, UnsignedRequest } from "../contract/operation.ts";
import { invalidRequest, notFound, quoted } from "../errors.ts";
import type { Provider } from "../provider.ts";
import type { Playing } from "./options.ts";

/** One secret that a receiver may be holding, and whose it is. */
export interface HeldSecret {
	readonly provider: string;
	readonly owner: string;
	readonly value: string;
	/** It signs no more than a while; another one has taken its place. */
	readonly isPrevious: boolean;
}

export type Rotation = "replace" | "roll";

/** What signs for an owner now; undefined: there is no such owner. */
export function secretsOf(
	{ ownedSecrets }: Provider,
	owner: string | undefined,
	context: Context,
): readonly string[] | undefined {
	return owner === undefined ? undefined : ownedSecrets?.of(owner, context);
}

/** Those of whoever has had secrets for longest come first. */
export function heldSecrets({ provider, context }: Playing): HeldSecret[] {
	const owners = provider.ownedSecrets?.owners(context) ?? [];
	return owners.flatMap((owner) =>
		(secretsOf(provider, owner, context) ?? []).map((value, i) => ({
			provider: provider.id,
			owner,
			value,
			isPrevious: i > 0,
		})),
	);
}

/**
 * Gives owners new secrets, as their own call of the provider's API would.
 *
 * @param owner absent: every one there is
 * @returns the new secrets
 * @throws LocalhookError `invalid-request`, `not-found`
 */
export function rotate(
	playing: Playing,
	rotation: Rotation,
	owner: string | undefined,
): HeldSecret[] {
	const { provider, context } = playing;
	const { ownedSecrets } = provider;
	if (ownedSecrets?.[rotation] === undefined) {
		const other = rotation === "replace" ? "roll" : "replace";
		const instead =
			ownedSecrets?.[other] === undefined ? "" : ` It can ${other} them.`;
		throw invalidRequest(
			`Failed to ${rotation} the secrets of ${provider.id}: ${provider.title} has no such thing.${instead}`,
		);
	}
	const owners = ownedSecrets.owners(context);
	const wanted = owner === undefined ? owners : [owner];
	const unknown = wanted.find((each) => !owners.includes(each));
	if (unknown !== undefined || wanted.length === 0) {
		throw notFound(
			`Failed to ${rotation} the secrets of ${provider.id}: ${unknown === undefined ? "it has none yet. Make one through its API, or start with --receiver" : `${quoted(unknown)} has none. These have: ${owners.join(", ") || "nobody"}`}.`,
		);
	}
	for (const each of wanted) ownedSecrets[rotation]?.(each, context);
	return heldSecrets(playing).filter(
		(each) => wanted.includes(each.owner) && !each.isPrevious,
	);
}

interface Ready extends Playing {
	ready(): unknown;
}

export interface Variable {
	readonly name: string;
	readonly value: string;
	readonly secret: boolean;
}

/**
 * What a client and a receiver of one provider need. Without a secret, as most are until a receiver is registered,
 * there is no `_WEBHOOK_SECRET`.
 *
 * @param url the base URL of its API
 * @example
 * providerVariables(engine.session("prolific"), "http://127.0.0.1:4600/prolific") // PROLIFIC_API_URL, PROLIFIC_API_TOKEN ...
 */
export function providerVariables(session: Ready, url: string): Variable[] {
	const { provider, context } = session;
	session.ready();
	const prefix = provider.id.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
	const [secret] = provider.secrets(context);
	return [
		{ name: `${prefix}_API_URL`, value: url, secret: false },
		...Object.entries(credentialParts(session)).map(([name, value]) =>
			hidden(`${prefix}_${name}`, value),
		),
		...(secret === undefined
			? []
			: [hidden(`${prefix}_WEBHOOK_SECRET`, secret)]),
	];
}

function hidden(name: string, value: string): Variable {
	return { name, value, secret: true };
}

/** One that the provider's API accepts: the first that is pinned, else a well-formed one. */
export function defaultCredential({ provider, context }: Playing): string {
	return context.credentials[0] ?? provider.credential.example;
}

/** The same as the texts that a client is given, by the end of their variables' names. */
export function credentialParts(playing: Playing) {
	const credential = defaultCredential(playing);
	const { variables } = playing.provider.credential;
	return variables?.(credential) ?? { API_KEY: credential };
}

/** The headers with which the provider's API takes a request for one of somebody it knows. */
export function authorized(
	session: Ready,
	request: UnsignedRequest,
	credential = defaultCredential(session),
): Readonly<Record<string, string>> {
	session.ready();
	return session.provider.authorize(request, credential, session.context);
}
