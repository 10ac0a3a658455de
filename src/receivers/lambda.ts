import { base64Of, bytesOf, bytesOfBase64, isUtf8, textOf } from "../bytes.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Outgoing } from "../delivery/exchange.ts";
import { lambdaContext, lambdaEvents } from "../generated/tables.ts";
import { isLambdaResult } from "./mistakes.ts";
import type { LambdaReceiver } from "./receiver.ts";

/**
 * Calls a handler of AWS Lambda as API Gateway does, and gives the response that it makes of the result, or the result
 * itself where it makes none.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function invoke(
	receiver: LambdaReceiver,
	request: Request,
	outgoing: Outgoing,
	clock: Clock,
): Promise<unknown> {
	const { payloadFormat = "2.0", base64 = false } = receiver;
	// Of a body that breaks off, a gateway calls nobody.
	const body = new Uint8Array(await request.arrayBuffer());
	const now = clock.now();
	const isBase64 = base64 || !isText(request, body);
	const event = eventOf(payloadFormat, request, outgoing.headers, {
		body: isBase64 ? base64Of(body) : textOf(body),
		isBase64,
		now,
	});
	const end = now + outgoing.timeout;
	const result = await call(receiver, event, {
		...lambdaContext,
		getRemainingTimeInMillis: () => Math.max(0, end - clock.now()),
	});
	if (isLambdaResult(result)) return responseOf(result as LambdaResult);
	// HTTP APIs take anything else for the body of a success.
	return payloadFormat === "2.0" && result !== undefined
		? Response.json(result)
		: result;
}

/** The older handlers answer by a callback, and return nothing. */
function call(
	receiver: LambdaReceiver,
	event: object,
	context: object,
): Promise<unknown> {
	const takesCallback = receiver.lambda.length > 2;
	return new Promise((resolve, reject) => {
		const returned = receiver.lambda(event, context, (error, result) =>
			error ? reject(error) : resolve(result),
		);
		if (!takesCallback || returned !== undefined)
			Promise.resolve(returned).then(resolve, reject);
	});
}

type Values = readonly string[];

/** What `lambdaEvents` leaves open is taken from the request; what is undefined of it the event does not have. */
function eventOf(
	format: keyof typeof lambdaEvents,
	{ url, method, headers }: Request,
	sent: Outgoing["headers"],
	given: { body: string; isBase64: boolean; now: number },
): object {
	const { host, pathname, search, searchParams } = new URL(url);
	const named = { Host: host, ...sent };
	const query = (of: (values: Values) => unknown) =>
		searchParams.size > 0
			? Object.fromEntries(
					[...searchParams.keys()].map((name) => [
						name,
						of(searchParams.getAll(name)),
					]),
				)
			: undefined;
	const open: Readonly<Record<string, unknown>> = {
		...given,
		method,
		host,
		path: pathname,
		pathWithoutSlash: pathname.slice(1),
		query: search.slice(1),
		time: new Date(given.now).toISOString(),
		userAgent: headers.get("user-agent") ?? "",
		headers: named,
		headerLists: Object.fromEntries(
			Object.entries(named).map(([name, value]) => [name, [value]]),
		),
		lowerCaseHeaders: Object.fromEntries(headers),
		joinedQuery: query((values) => values.join(",")),
		lastOfQuery: query((values) => values.at(-1)) ?? null,
		queryLists: query((values) => values) ?? null,
	};
	return JSON.parse(JSON.stringify(lambdaEvents[format]), (_, value) => {
		const [, name] = /^<(\w+)>$/.exec(value) ?? [];
		return name === undefined ? value : open[name];
	});
}

function isText({ headers }: Request, body: Uint8Array): boolean {
	const type = headers.get("content-type") ?? "";
	const isTextual =
		/^(text\/|application\/(.*\+)?(json|xml|javascript|x-www-form-urlencoded))/i;
	return isTextual.test(type) && isUtf8(body);
}

interface LambdaResult {
	readonly statusCode: number;
	readonly headers?: Readonly<Record<string, unknown>>;
	readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>>;
	readonly cookies?: readonly string[];
	readonly body?: unknown;
	readonly isBase64Encoded?: boolean;
}

function responseOf(result: LambdaResult): Response {
	const { statusCode, body, isBase64Encoded } = result;
	const headers = new Headers();
	for (const [name, value] of Object.entries(result.headers ?? {}))
		headers.set(name, String(value));
	for (const [name, values] of Object.entries(result.multiValueHeaders ?? {}))
		for (const value of values) headers.append(name, String(value));
	for (const cookie of result.cookies ?? [])
		headers.append("set-cookie", cookie);
	const text = typeof body === "string" ? body : (JSON.stringify(body) ?? "");
	const bytes = isBase64Encoded ? bytesOfBase64(text) : bytesOf(text);
	const hasNone = [204, 205, 304].includes(statusCode);
	return new Response(hasNone ? null : new Uint8Array(bytes), {
		status: statusCode,
		headers,
	});
}
