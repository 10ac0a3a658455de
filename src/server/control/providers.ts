import type { OptionSpec } from "../../contract/fidelity.ts";
import type { Engine } from "../../engine/engine.ts";
import type { HeldSecret, Rotation } from "../../engine/vault.ts";
import { fingerprint } from "../../fingerprint.ts";
import { healthOf } from "../health.ts";
import { type ControlOperations, ok } from "./call.ts";

/** What runs here, starting over, and stopping. */
export function providerOperations(
	engine: Engine,
	url: string,
	stop: () => void,
): ControlOperations {
	return {
		stop: () => ({ status: 202, body: { stopping: true }, sent: stop }),

		"get-health": () => ok(healthOf(engine)),

		"list-providers": ({ query }) => {
			for (const session of engine.sessions.values()) session.ready();
			return ok({
				providers: [...engine.sessions.keys()].map((id) =>
					describe(engine, id, url, query.reveal === true),
				),
			});
		},

		reset: async ({ body }) => {
			const provider = (body as { provider?: string } | undefined)?.provider;
			await engine.reset(provider);
			return ok({
				reset:
					provider === undefined ? [...engine.sessions.keys()] : [provider],
			});
		},
	};
}

function describe(engine: Engine, id: string, url: string, reveal: boolean) {
	const { provider, document, operations, context, fidelity } =
		engine.session(id);
	return {
		id,
		title: provider.title,
		url: `${url}/${id}`,
		hosts: [
			...new Set(
				(document.servers ?? []).map((server) => new URL(server.url).host),
			),
		],
		operations: operations.map(({ id, method, path, summary }) => ({
			id,
			method,
			path,
			summary,
		})),
		events: Object.entries(provider.events).map(([type, { summary }]) => ({
			type,
			summary,
		})),
		options: Object.entries<OptionSpec>(provider.options).map(
			([name, { values, summary }]) => ({
				name,
				value: (context.options as Record<string, string>)[name],
				values,
				summary,
			}),
		),
		secrets: provider
			.secrets(context)
			.map((secret) => (reveal ? secret : fingerprint(secret))),
		fidelity: fidelity?.fidelity ?? [],
		notPlayed: fidelity?.notPlayed ?? [],
	};
}

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
