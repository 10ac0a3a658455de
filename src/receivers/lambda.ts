import { base64Of, bytesOf, bytesOfBase64, isUtf8, textOf } from "../bytes.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Outgoing } from "../delivery/exchange.ts";
import { lambdaContext } from "../generated/tables.ts";
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
	const event =
		payloadFormat === "1.0"
			? eventOfRest(request, outgoing.headers, now)
			: eventOfHttp(request, now);
	const isBase64Encoded = base64 || !isText(request, body);
	Object.assign(event, {
		body: isBase64Encoded ? base64Of(body) : textOf(body),
		isBase64Encoded,
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

const { awsRequestId: requestId } = lambdaContext;
const account = "123456789012";

/** Names in lower case, values of one name joined. */
function eventOfHttp({ url, method, headers }: Request, now: number): object {
	const { host, pathname, search, searchParams } = new URL(url);
	const query = valuesOf(searchParams, (values) => values.join(","));
	return {
		version: "2.0",
		routeKey: "$default",
		rawPath: pathname,
		rawQueryString: search.slice(1),
		headers: Object.fromEntries(headers),
		...(search !== "" && { queryStringParameters: query }),
		requestContext: {
			...contextOf(host),
			domainPrefix: "localhook",
			http: {
				method,
				path: pathname,
				protocol: "HTTP/1.1",
				sourceIp: "127.0.0.1",
				userAgent: headers.get("user-agent") ?? "",
			},
			routeKey: "$default",
			stage: "$default",
			time: new Date(now).toISOString(),
			timeEpoch: now,
		},
	};
}

/** Names as the provider writes them. */
function eventOfRest(
	{ url, method }: Request,
	headers: Outgoing["headers"],
	now: number,
): object {
	const { host, pathname, searchParams } = new URL(url);
	const sent = { Host: host, ...headers };
	const hasQuery = searchParams.size > 0;
	return {
		resource: "/{proxy+}",
		path: pathname,
		httpMethod: method,
		headers: sent,
		multiValueHeaders: Object.fromEntries(
			Object.entries(sent).map(([name, value]) => [name, [value]]),
		),
		queryStringParameters: hasQuery
			? valuesOf(searchParams, (values) => values.at(-1))
			: null,
		multiValueQueryStringParameters: hasQuery
			? valuesOf(searchParams, (values) => values)
			: null,
		pathParameters: { proxy: pathname.slice(1) },
		stageVariables: null,
		requestContext: {
			...contextOf(host),
			httpMethod: method,
			identity: { sourceIp: "127.0.0.1" },
			path: pathname,
			protocol: "HTTP/1.1",
			requestTimeEpoch: now,
			resourcePath: "/{proxy+}",
			stage: "prod",
		},
	};
}

function contextOf(domainName: string) {
	return { accountId: account, apiId: "localhook", domainName, requestId };
}

function valuesOf(
	query: URLSearchParams,
	of: (values: readonly string[]) => unknown,
) {
	return Object.fromEntries(
		[...query.keys()].map((name) => [name, of(query.getAll(name))]),
	);
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
