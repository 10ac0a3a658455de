import type { Engine } from "../../engine/engine.ts";
import type { HeldSecret, Rotation } from "../../engine/vault.ts";
import { fingerprint } from "../../fingerprint.ts";
import { type ControlOperations, ok } from "./call.ts";

/** Signing secrets: looked at, and exchanged at the worst moment. */
export function secretOperations(engine: Engine): ControlOperations {
	return {
		"list-secrets": ({ query }) => {
			const { provider, reveal } = query as {
				provider?: string;
				reveal?: boolean;
			};
			const secrets = engine.secrets(provider);
			return ok({
				secrets: secrets.map((each) => show(each, reveal === true)),
			});
		},

		"rotate-secrets": ({ params: { provider = "" }, body }) => {
			const { action, owner } = body as { action: Rotation; owner?: string };
			const secrets = engine.rotate(provider, action, owner);
			return ok({ secrets: secrets.map((each) => show(each, true)) });
		},
	};
}

function show({ value, ...about }: HeldSecret, reveal: boolean) {
	return {
		...about,
		fingerprint: fingerprint(value),
		...(reveal && { value }),
	};
}
