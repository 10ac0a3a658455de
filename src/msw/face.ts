import type { Engine } from "../engine/engine.ts";
import type { Face } from "../hooks/face.ts";
import type { Answering } from "./answering.ts";
import { clientUrl, type Mount } from "./mounts.ts";

/**
 * The way into an engine through msw.
 *
 * @param mounts a provider's first one is what its clients are told
 * @param closed told once the way is closed
 */
export function createMswFace(
	engine: Engine,
	mounts: readonly Mount[],
	answering: Answering,
	closed: () => void = () => {},
): Face {
	return {
		urlOf(provider) {
			const mount = mounts.find((each) => each.provider === provider);
			// It has one below the base URL at the least; an unknown provider is the engine's to refuse.
			return clientUrl(engine, mount ?? { provider, base: "" });
		},
		settled: () => answering.settled(),
		reset: () => answering.reset(),
		async close() {
			answering.close();
			closed();
		},
	};
}
