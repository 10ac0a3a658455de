import type { SubscriptionOperations } from "../contract/operation.ts";
import type { Session } from "../engine/session-contract.ts";
import { LocalhookError } from "../errors.ts";
import type { Replied } from "./document-types.ts";
import type { Subscriptions } from "./provider-hooks.ts";
import { type CallInput, isOfPath, operationOf } from "./request-of.ts";
import { withHidden } from "./with-hidden.ts";

const verbs = ["create", "confirm", "list", "remove"] as const;

type Call = (operation: string, input: CallInput) => Promise<Replied>;

/** The verbs that the provider has operations for. */
export function subscriptionsOf(session: Session, call: Call): Subscriptions {
	const { create, confirm, list, remove }: Partial<SubscriptionOperations> =
		session.provider.subscriptions ?? {};
	const change =
		(operation: string) => async (id: string | number, body?: unknown) =>
			call(operation, {
				params: { [lastParameter(session, operation)]: id },
				...(body !== undefined && { body }),
			});
	const possible = {
		...(create !== undefined && {
			create: async (body: unknown) => call(create, { body }),
		}),
		...(confirm !== undefined && { confirm: change(confirm) }),
		...(list !== undefined && {
			list: async (query: Readonly<Record<string, unknown>> = {}) =>
				call(list, { query }),
		}),
		...(remove !== undefined && { remove: change(remove) }),
	};
	const others = verbs
		.filter((verb) => !(verb in possible))
		.map((verb) => [verb, impossible(verb)]);
	return withHidden(possible, Object.fromEntries(others)) as Subscriptions;

	/** Not listed, and says so where no compiler does. */
	function impossible(verb: string) {
		return async () => {
			throw new LocalhookError(
				"unknown-operation",
				`Failed to call subscriptions.${verb}: ${session.provider.id} has no operation for it. It has ${Object.keys(possible).join(", ") || "none"}.`,
			);
		};
	}
}

/** The parameter that says which one. */
function lastParameter(session: Session, operation: string): string {
	return (
		operationOf(session, operation).parameters.filter(isOfPath).at(-1)?.name ??
		""
	);
}
