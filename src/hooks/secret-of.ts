import type { Engine } from "../engine/engine.ts";
import { firstOwner, type HeldSecret, type Rotation } from "../engine/vault.ts";
import { LocalhookError, quoted } from "../errors.ts";
import type { Secret } from "./provider-hooks.ts";
import { withHidden } from "./with-hidden.ts";

const rotations = ["replace", "roll"] as const;

export function secretOf(engine: Engine, provider: string): Secret {
	const session = engine.session(provider);
	const { vault } = session.provider;
	function all(): readonly string[] {
		session.ready();
		const { provider, context } = session;
		const first = firstOwner(provider, context)?.secrets ?? [];
		return [...new Set([...first, ...provider.secrets(context)])];
	}
	function rotate(rotation: Rotation, owner: string | undefined): string {
		const [first] = engine.rotate(provider, rotation, owner);
		return first?.value ?? "";
	}
	const secret = {};
	for (const rotation of rotations)
		Object.defineProperty(secret, rotation, {
			value: (owner?: string) => rotate(rotation, owner),
			// What the provider cannot do is not listed, and says so where no compiler does.
			enumerable: vault?.[rotation] !== undefined,
			configurable: true,
		});
	return withHidden(secret, {
		get current() {
			const [current] = all();
			if (current === undefined) throw noSecret(provider);
			return current;
		},
		get all() {
			return all();
		},
		of(owner: string) {
			const held = engine.secrets(provider);
			const [found] = held.filter((each) => each.owner === owner);
			if (found === undefined) throw noSecretOf(owner, provider, held);
			return found.value;
		},
	}) as Secret;
}

function noSecret(provider: string): LocalhookError {
	return new LocalhookError(
		"not-found",
		`Failed to find a secret of ${provider}: it has none yet. Create one through its API, or let a receiver be registered, as the option receiver does.`,
	);
}

function noSecretOf(
	owner: string,
	provider: string,
	held: readonly HeldSecret[],
): LocalhookError {
	const owners = [...new Set(held.map((each) => each.owner))];
	return new LocalhookError(
		"not-found",
		`Failed to find a secret of ${quoted(owner)}: it has none at ${provider}. These have: ${owners.join(", ") || "nobody"}.`,
	);
}
