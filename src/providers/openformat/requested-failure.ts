import type { Failure } from "../../contract/failure.ts";
import type { ProviderRequest } from "../../contract/operation.ts";

/**
 * The documented 500 on request: `Prefer: code=500`, as Prism has it, so that a client's handling of it can be tried.
 * It stands in for a way to ask any provider for a failure.
 */
export function requestedFailure({
	headers,
}: ProviderRequest): Failure | undefined {
	return /(^|[,;])\s*code="?500"?\s*($|[,;])/i.test(
		String(headers.prefer ?? ""),
	)
		? { kind: "internal", reason: "the request prefers it" }
		: undefined;
}
