import type { Clock } from "../delivery/clock.ts";
import {
	type Exchanger,
	failed,
	type Transport,
	transportBy,
} from "../delivery/exchange.ts";
import { checkShape, kinds, oneOf, type Shape } from "../engine/shape.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { exchangeWithFetch } from "./fetch-exchange.ts";
import {
	type Advise,
	adviceOnApp,
	adviceOnFetch,
	adviceOnNode,
} from "./mistakes.ts";
import type {
	FastifyLike,
	FetchApp,
	KoaLike,
	LambdaReceiver,
	Listener,
	NestLike,
	NodeHandler,
	NodeReceiver,
	PolkaLike,
	Receiver,
	ServerLike,
} from "./receiver.ts";

export function transportTo(
	receiver: Exclude<Receiver, string | URL>,
): (clock: Clock) => Transport {
	const exchanger = exchangerOf(receiver);
	return (clock) => transportBy(exchanger, clock);
}

/** The members that tell what a receiver is. The first that has them all is it: a Nest application hands on a lot. */
const shapes: readonly [
	members: readonly string[],
	exchangerOf: (given: never) => Exchanger,
][] = [
	[["lambda"], exchangeWithLambda],
	[
		["node"],
		(given: NodeReceiver) => {
			checkShape({ ...given }, ofNode, "the receiver { node }");
			return exchangeWithNode(given.node);
		},
	],
	[["getHttpAdapter", "init"], exchangeWithNest],
	[
		["fetch"],
		(app: FetchApp) =>
			exchangeWithFetch(
				(request) => app.fetch(request),
				adviceOnApp(app.fetch),
			),
	],
	[
		["ready", "server.emit"],
		(app: FastifyLike) => exchangeWithNode(listenerOfFastify(app)),
	],
	[
		["callback", "middleware.push"],
		(app: KoaLike) =>
			exchangeWithNode((request, response) =>
				app.callback()(request, response),
			),
	],
	[
		["handler", "listen", "use"],
		(app: PolkaLike) =>
			exchangeWithNode((request, response) => app.handler(request, response)),
	],
	[
		["emit", "listen", "address"],
		(server: ServerLike) =>
			exchangeWithNode((request, response) => {
				if (server.emit("request", request, response)) return;
				throw new Error("the http.Server has no listener of requests");
			}),
	],
];

// An object with fetch may have members for Bun, Deno or Workers beside it.
const ofNode: Shape<NodeReceiver> = { node: kinds.func };
const ofLambda: Shape<LambdaReceiver> = {
	lambda: kinds.func,
	payloadFormat: oneOf(["1.0", "2.0"]),
	base64: kinds.flag,
};

function exchangerOf(given: unknown): Exchanger {
	const shape = shapes.find(([members]) =>
		members.every((path) => isFunctionAt(given, path)),
	);
	if (shape !== undefined) return shape[1](given as never);
	if (typeof given === "function")
		return given.length < 2
			? exchangeWithFetch((request) => given(request), adviceOnFetch(given))
			: exchangeWithNode(given as NodeHandler, adviceOnNode(given));
	throw new LocalhookError(
		"invalid-receiver",
		`Failed to deliver to the receiver ${named(given)}: ${whyNone(given)} Give a URL, a function (request) => Response, a function (req, res), ` +
			"an application of Hono, h3, Express, Fastify, Koa, Polka or Nest, an http.Server, or { lambda: handler }.",
	);
}

function isFunctionAt(given: unknown, path: string): boolean {
	const found = path
		.split(".")
		.reduce<unknown>((value, name) => Object(value)[name], given);
	return typeof found === "function";
}

function whyNone(given: unknown): string {
	if (isFunctionAt(given, "then"))
		return "it is a promise. Write receiver: await ... .";
	const entries = Object.entries(Object(given));
	const isHandler = ([, value]: [string, unknown]) =>
		typeof value === "function" || isFunctionAt(value, "fetch");
	const [name] =
		entries.find(
			([name, value]) => name === "POST" && isHandler(["", value]),
		) ??
		entries.find((each) => each[0] === "default" && isHandler(each)) ??
		entries.find(([, value]) => isFunctionAt(value, "emit")) ??
		[];
	return name === undefined
		? "it is none."
		: `it is not one itself, its "${name}" is. Write receiver: it.${name}.`;
}

function named(given: unknown): string {
	if (typeof given !== "object" || given === null) return quoted(given);
	const names = Object.keys(given);
	return `{ ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""} }`;
}

function listenerOfFastify(app: FastifyLike): Listener {
	return async (request, response) => {
		await app.ready();
		app.server.emit("request", request, response);
	};
}

/** Its `init` does its work once, however often it is called. */
function exchangeWithNest(app: NestLike): Exchanger {
	return exchangeWithNode(async (request, response) => {
		await app.init();
		const inner = app.getHttpAdapter().getInstance();
		return isFunctionAt(inner, "server.emit")
			? listenerOfFastify(inner as FastifyLike)(request, response)
			: (inner as NodeHandler)(request, response);
	});
}

/** Calls a Node handler; what that takes is loaded for the first delivery, since few receivers are one. */
function exchangeWithNode(listener: Listener, advise?: Advise): Exchanger {
	return (request, clock, done) => {
		let broken = false;
		let breakOff: (() => void) | undefined;
		import("./node-exchange.ts").then(
			({ converse }) => {
				if (!broken)
					breakOff = converse({ listener, advise }, request, clock, done);
			},
			({ message }: Error) => done(failed(message)),
		);
		return () => {
			broken = true;
			breakOff?.();
		};
	};
}

function exchangeWithLambda(given: LambdaReceiver): Exchanger {
	checkShape({ ...given }, ofLambda, "the receiver { lambda }");
	return exchangeWithFetch(
		async (request, outgoing, clock) => {
			const { invoke } = await import("./lambda.ts");
			return invoke(given, request, outgoing, clock);
		},
		undefined,
		"(event, context)",
	);
}
