import { inject, onTestFinished } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { startServer } from "../../src/server/server.ts";
import { clientCaller, clients } from "./clients.ts";
import { type Caller, callerOf, startEngine } from "./engine.ts";
import { listen } from "./msw.ts";

type Options = Parameters<typeof startEngine>[1];

export interface Opened {
	readonly engine: Engine;
	/** Calls the provider's API through the face; `headers` are sent with every call. */
	caller(headers?: Record<string, string>): Caller;
}

export interface Face {
	readonly face: string;
	/** Starts one provider; it is stopped when the test ends. */
	open(provider: string, options?: Options): Promise<Opened>;
}

const usual: Face[] = [
	{
		face: "engine",
		async open(provider, options) {
			const { engine } = await startEngine(provider, options);
			onTestFinished(() => engine.close());
			return {
				engine,
				caller: (headers) => callerOf(engine, provider, headers),
			};
		},
	},
	{
		face: "server",
		async open(provider, options) {
			const { engine } = await startEngine(provider, options);
			const server = await startServer({ engine, port: 0 });
			onTestFinished(async () => {
				await server.close();
				await engine.close();
			});
			return {
				engine,
				caller: (headers) =>
					clientCaller(
						clients["node:http"],
						`${server.url}/${provider}`,
						headers,
					),
			};
		},
	},
];
/** The handlers of msw, whichever client it intercepts; `test/msw/` has what is particular to them. */
const others: Face[] = [
	mswFace("fetch"),
	mswFace("axios"),
	mswFace("node:http"),
];

/**
 * The ways into the engine: some by `npm test`, the others by `npm run test:check`. A behaviour test runs unchanged
 * through each: `describe.each(faces)`.
 */
export const faces = inject("otherFaces") ? others : usual;

/** Each kind of way, for a behaviour of the engine's own that depends on it. */
export const everyFace = [...usual, mswFace("fetch")];

/** For what a face has no part in and costs a process each time. */
export const anyFace = faces[0] as Face;

function mswFace(client: keyof typeof clients): Face {
	return {
		face: `msw and ${client}`,
		async open(provider, options) {
			const { engine } = await startEngine(provider, options);
			const { answering, origin } = listen(engine);
			onTestFinished(() => engine.close());
			return {
				engine,
				caller(headers) {
					const call = clientCaller(clients[client], origin(provider), headers);
					return async (...request) => {
						const answer = await call(...request);
						await answering.settled();
						return answer;
					};
				},
			};
		},
	};
}

declare module "vitest" {
	interface ProvidedContext {
		/** Whether the behaviour of the providers is tested through the clients that msw intercepts. */
		otherFaces?: true;
	}
}
