import type { Engine } from "../engine/engine.ts";
import { providerVariables } from "../engine/variables.ts";
import type { Face } from "./face.ts";

/** Base URLs, credentials and secrets by the names that `localhook exec` gives them. */
export function environmentOf(
	engine: Engine,
	face: Face,
): Readonly<Record<string, string>> {
	const variables = [...engine.sessions.values()].flatMap((session) =>
		providerVariables(session, face.urlOf(session.provider.id)),
	);
	return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}
