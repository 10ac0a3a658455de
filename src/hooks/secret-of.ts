import type { Engine } from "../engine/engine.ts";
import { firstSecrets, type Rotation } from "../engine/vault.ts";
import { LocalhookError } from "../errors.ts";
import type { Secret } from "./provider-hooks.ts";
import { withHidden } from "./with-hidden.ts";

const rotations = ["replace", "roll"] as const;

export function secretOf(engine: Engine, provider: string): Secret {
	const session = engine.session(provider);
	const { vault } = session.provider;
	function all(): readonly string[] {
		session.ready();
		const [...first] = firstSecrets(session.provider, session.context);
		return [
			...new Set([...first, ...session.provider.secrets(session.context)]),
		];
	}
	function rotate(rotation: Rotation, owner: string | undefined): string {
		const [first] = engine.rotate(provider, rotation, owner);
		return first?.value ?? "";
	}
	const verbs = rotations
		.filter((rotation) => vault?.[rotation] !== undefined)
		.map((rotation) => [rotation, (owner?: string) => rotate(rotation, owner)]);
	return withHidden(Object.fromEntries(verbs), {
		get current() {
			const [current] = all();
			if (current === undefined) throw noSecret(provider);
			return current;
		},
		get all() {
			return all();
		},
	}) as Secret;
}

function noSecret(provider: string): LocalhookError {
	return new LocalhookError(
		"not-found",
		`Failed to find a secret of ${provider}: it has none yet. Create one through its API, or let a receiver be registered, as the option receiver does.`,
	);
}
