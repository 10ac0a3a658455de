import type { Context } from "../contract/operation.ts";
import { LocalhookError, quoted } from "../errors.ts";
import type { Provider, Vault } from "../provider.ts";
import type { Session } from "./session-contract.ts";

/** One secret that a receiver may be holding, and whose it is. */
export interface HeldSecret {
	readonly provider: string;
	readonly owner: string;
	readonly value: string;
	/** It signs no more than a while; another one has taken its place. */
	readonly isPrevious: boolean;
}

export type Rotation = "replace" | "roll";

/** The owner who has had secrets for longest. */
export function firstOwner(
	provider: Provider,
	context: Context,
): ReturnType<Vault["list"]>[number] | undefined {
	const owners = provider.vault?.list(context) ?? [];
	return owners.find(({ secrets }) => secrets.length > 0);
}

export function heldSecrets({ provider, context }: Session): HeldSecret[] {
	return (provider.vault?.list(context) ?? []).flatMap(({ owner, secrets }) =>
		secrets.map((value, i) => ({
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
	session: Session,
	rotation: Rotation,
	owner: string | undefined,
): HeldSecret[] {
	const { provider, context } = session;
	const vault = provider.vault;
	if (vault?.[rotation] === undefined) {
		const other = rotation === "replace" ? "roll" : "replace";
		const instead =
			vault?.[other] === undefined ? "" : ` It can ${other} them.`;
		throw new LocalhookError(
			"invalid-request",
			`Failed to ${rotation} the secrets of ${provider.id}: ${provider.title} has no such thing.${instead}`,
		);
	}
	const owners = vault.list(context).map((each) => each.owner);
	const wanted = owner === undefined ? owners : [owner];
	const unknown = wanted.find((each) => !owners.includes(each));
	if (unknown !== undefined || wanted.length === 0) {
		throw new LocalhookError(
			"not-found",
			`Failed to ${rotation} the secrets of ${provider.id}: ${unknown === undefined ? "it has none yet. Make one through its API, or start with --receiver" : `${quoted(unknown)} has none. These have: ${owners.join(", ") || "nobody"}`}.`,
		);
	}
	for (const each of wanted) vault[rotation]?.(each, context);
	return heldSecrets(session).filter(
		(each) => wanted.includes(each.owner) && !each.isPrevious,
	);
}
