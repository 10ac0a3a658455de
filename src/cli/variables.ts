import type { Engine } from "../engine/engine.ts";
import type { Session } from "../engine/session-contract.ts";
import { basePaths } from "../openapi/router.ts";

/** An environment variable for the code under test. */
export interface Variable {
	readonly name: string;
	readonly value: string;
	/** Not to be shown in logs. */
	readonly secret: boolean;
}

/**
 * What a client and a receiver of the started providers need. A provider without a secret, as most are until a
 * receiver is registered, has no `_WEBHOOK_SECRET`.
 *
 * @example
 * await variablesOf(engine, { url: "http://127.0.0.1:4600" }) // LOCALHOOK_URL, PROLIFIC_API_URL, PROLIFIC_API_TOKEN ...
 */
export function variablesOf(
	engine: Engine,
	{ url, token }: { readonly url: string; readonly token?: string | undefined },
): Variable[] {
	const variables = [
		open("LOCALHOOK_URL", url),
		open("LOCALHOOK_RECEIVER_URL", `${url}/_localhook/receiver`),
		...(token === undefined ? [] : [hidden("LOCALHOOK_TOKEN", token)]),
	];
	for (const session of engine.sessions.values()) {
		session.ready();
		variables.push(...ofProvider(session, url));
	}
	return variables;
}

function ofProvider(session: Session, url: string): Variable[] {
	const { provider, document, context } = session;
	const prefix = provider.id.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
	const { example, variables } = provider.credential;
	const credential = context.credentials[0] ?? example;
	const parts = variables?.(credential) ?? { API_KEY: credential };
	const [secret] = provider.secrets(context);
	return [
		open(`${prefix}_API_URL`, `${url}/${provider.id}${basePaths(document)[0]}`),
		...Object.entries(parts).map(([name, value]) =>
			hidden(`${prefix}_${name}`, value),
		),
		...(secret === undefined
			? []
			: [hidden(`${prefix}_WEBHOOK_SECRET`, secret)]),
	];
}

function open(name: string, value: string): Variable {
	return { name, value, secret: false };
}

function hidden(name: string, value: string): Variable {
	return { name, value, secret: true };
}

/** What must not stand in a log. */
export function secretsIn(variables: readonly Variable[]): string[] {
	return variables.flatMap(({ secret, value }) => (secret ? [value] : []));
}
