import type { UnsignedRequest } from "../contract/operation.ts";
import type { Session } from "./session-contract.ts";

/** An environment variable for the code under test. */
export interface Variable {
	readonly name: string;
	readonly value: string;
	/** Not to be shown in logs. */
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
export function providerVariables(session: Session, url: string): Variable[] {
	const { provider, context } = session;
	session.ready();
	const prefix = provider.id.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
	const { variables } = provider.credential;
	const credential = usualCredential(session);
	const parts = variables?.(credential) ?? { API_KEY: credential };
	const [secret] = provider.secrets(context);
	return [
		{ name: `${prefix}_API_URL`, value: url, secret: false },
		...Object.entries(parts).map(([name, value]) =>
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
export function usualCredential({ provider, context }: Session): string {
	return context.credentials[0] ?? provider.credential.example;
}

/** The headers with which the provider's API takes a request for one of somebody it knows. */
export function authorized(
	session: Session,
	request: UnsignedRequest,
	credential = usualCredential(session),
): Readonly<Record<string, string>> {
	session.ready();
	return session.provider.authorize(request, credential, session.context);
}
