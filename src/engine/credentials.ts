import type { UnsignedRequest } from "../contract/operation.ts";
import type { Session } from "./session-contract.ts";

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
