import type { ProviderRequest } from "../contract/operation.ts";
import { authorized } from "../engine/credentials.ts";
import type { Session } from "../engine/session-contract.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { ApiOperation, Parameter } from "../openapi/operations.ts";
import { basePaths } from "../openapi/router.ts";

/** What a call is made with, whatever the operation. */
export interface CallInput {
	readonly params?: Readonly<Record<string, string | number>>;
	readonly query?: Readonly<Record<string, unknown>>;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	readonly credential?: string;
}

/**
 * The request that a client makes for an operation.
 *
 * @throws LocalhookError `invalid-request` without a parameter of the path
 */
export function requestOf(
	session: Session,
	operation: ApiOperation,
	input: CallInput,
): ProviderRequest {
	const { method } = operation;
	const path = `${basePaths(session.document)[0]}${pathOf(operation, input.params ?? {})}`;
	const query = queryOf(input.query ?? {});
	const body = new TextEncoder().encode(
		input.body === undefined ? "" : JSON.stringify(input.body),
	);
	const unsigned = { method, path, query, body };
	const headers: Record<string, string> = {
		...(input.body !== undefined && { "content-type": "application/json" }),
		...authorized(session, unsigned, input.credential),
	};
	for (const [name, value] of Object.entries(input.headers ?? {}))
		headers[name.toLowerCase()] = value;
	return { ...unsigned, headers };
}

/** @throws LocalhookError `unknown-operation` */
export function operationOf(
	{ provider, operations }: Session,
	id: string,
): ApiOperation {
	const found = operations.find((operation) => operation.id === id);
	if (found !== undefined) return found;
	const known = operations.map((operation) => operation.id);
	throw new LocalhookError(
		"unknown-operation",
		`Failed to call ${quoted(id)}: ${provider.id} has no such operation.${didYouMean(id, known)} ` +
			`Choose one of ${known.join(", ")}.`,
		{ details: { operations: known } },
	);
}

function pathOf(
	{ id, path, parameters }: ApiOperation,
	given: Readonly<Record<string, string | number>>,
): string {
	return parameters.filter(isOfPath).reduce((filled, { name, schema }) => {
		const value = given[name] ?? schema.default;
		if (value === undefined)
			throw new LocalhookError(
				"invalid-request",
				`Failed to call ${quoted(id)}: its path ${path} has no value for "${name}". Give it as { params: { ${name}: "..." } }.`,
			);
		return filled.replace(`{${name}}`, encodeURIComponent(String(value)));
	}, path);
}

function queryOf(given: Readonly<Record<string, unknown>>): string {
	const pairs = Object.entries(given).flatMap(([name, value]) =>
		(Array.isArray(value) ? value : [value])
			.filter((each) => each !== undefined)
			.map((each): [string, string] => [name, String(each)]),
	);
	return new URLSearchParams(pairs).toString();
}

export function isOfPath(parameter: Parameter): boolean {
	return parameter.in === "path";
}
