import type { SubscriptionOperations } from "../contract/operation.ts";
import type { Session } from "../engine/session-contract.ts";
import type { Replied } from "./document-types.ts";
import type { Subscriptions } from "./provider-hooks.ts";
import { type CallInput, isOfPath, operationOf } from "./request-of.ts";

type Call = (operation: string, input: CallInput) => Promise<Replied>;

/** The verbs that the provider has operations for. */
export function subscriptionsOf(session: Session, call: Call): Subscriptions {
	const { create, confirm, list, remove }: Partial<SubscriptionOperations> =
		session.provider.subscriptions ?? {};
	const change = (operation: string) => (id: string | number, body?: unknown) =>
		call(operation, {
			params: { [lastParameter(session, operation)]: id },
			...(body !== undefined && { body }),
		});
	return {
		...(create !== undefined && {
			create: (body: unknown) => call(create, { body }),
		}),
		...(confirm !== undefined && { confirm: change(confirm) }),
		...(list !== undefined && {
			list: (query: Readonly<Record<string, unknown>> = {}) =>
				call(list, { query }),
		}),
		...(remove !== undefined && { remove: change(remove) }),
	} as Subscriptions;
}

/** The parameter that says which one. */
function lastParameter(session: Session, operation: string): string {
	return (
		operationOf(session, operation).parameters.filter(isOfPath).at(-1)?.name ??
		""
	);
}
