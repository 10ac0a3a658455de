import { type Exchange, failed } from "../delivery/exchange.ts";
import { misfitReceivers } from "../generated/tables.ts";

export type Signature = "(request)" | "(req, res)" | "(event, context)";

/**
 * The line to write in place of what was given, after what a receiver returned or threw; empty: that is no sign of
 * another kind of function.
 *
 * @param read what it read of a request that no request has
 */
export type Advise = (given: unknown, read: readonly string[]) => string;
type Wording = (given: unknown) => string;

/** What a receiver did in place of answering, in one line that says how it was called: that may be the mistake. */
export function misbehaviour(signature: Signature, what: string) {
	return failed(`the receiver, called as ${signature}, ${what}`);
}

/** The error that the receiver threw, where it did, and the error itself as the cause. */
export function thrown(
	signature: Signature,
	cause: unknown,
	advise: Wording,
): Exchange {
	const what = cause instanceof Error ? String(cause) : shown(cause);
	const place = placeOf(cause);
	const where = place === undefined ? "" : ` at ${place}`;
	const advice = advise(cause);
	const exchange = misbehaviour(signature, `threw ${what}${where}${advice}`);
	Object.defineProperty(exchange.error, "cause", { value: cause });
	return exchange;
}

const wanted: Readonly<Record<Signature, string>> = {
	"(request)": ", which is no Response",
	"(req, res)": " in place of answering by res",
	"(event, context)": ", which has no statusCode",
};

export function returned(
	signature: Signature,
	value: unknown,
	advise: Wording,
): Exchange {
	const what = `returned ${shown(value)}${wanted[signature]}`;
	return misbehaviour(signature, what + advise(value));
}

interface Named {
	readonly name: string;
}

/** On a plain function that was called as a Fetch handler, since it has at most one parameter. */
export function adviceOnFetch({ name }: Named): Advise {
	return (given, read) => {
		if (isLambdaResult(given)) return line("lambda", name);
		if (read.includes("nextUrl")) return line("readsNextUrl");
		if (read.includes("request")) return line("readsRequest", name);
		return isConfused(given) ? line("node", name) + line("lambda", name) : "";
	};
}

/** On a plain function that was called as a Node handler, since it has two parameters or more. */
export function adviceOnNode({ name }: Named): Advise {
	return (given) => {
		if (isLambdaResult(given)) return line("lambda", name);
		if (given instanceof Response || fetchOnly.test(String(given)))
			return line("fetch", name);
		return isConfused(given) ? line("fetch", name) + line("lambda", name) : "";
	};
}

/** On the `fetch` of an application, which is called with the request alone. */
export function adviceOnApp({ length }: { readonly length: number }): Advise {
	return (given) =>
		length > 1 && given instanceof TypeError
			? ". It has more parameters than the request. If it needs them, write receiver: (request) => app.fetch(request, env)"
			: "";
}

/** On what frameworks make a response of, once it is thrown or returned, and nobody else does. */
export function adviceOnAnswer(given: unknown): string {
	const { status, headers, body, data, init } = Object(given);
	if (status > 0 && headers?.forEach !== undefined)
		return line("throwsResponse");
	if (status > 0 && body?.message !== undefined) return line("throwsBody");
	return data !== undefined && init !== undefined ? line("givesData") : "";
}

const fetchOnly =
	/\.(get|text|json|arrayBuffer|formData|blob|bytes|clone) is not a function|Invalid URL/;

function line(kind: keyof typeof misfitReceivers, name = ""): string {
	const { is, write } = misfitReceivers[kind];
	const it = /^[\w$]+$/.test(name) && name !== "default" ? name : "handler";
	return `. If it is ${is}, write receiver: ${write.replaceAll("<it>", () => it)}`;
}

function isConfused(given: unknown): boolean {
	return (
		given === undefined ||
		(given instanceof TypeError && misfit.test(given.message)) ||
		/undefined" is not valid JSON/.test(String(given))
	);
}

const misfit = /is not a function|not iterable|undefined|must be of type/;

/** A response of Node has a status code too, and a function that ends it; so have the errors of many frameworks. */
export function isLambdaResult(given: unknown): boolean {
	const { statusCode, end } = Object(given);
	const isOther = given instanceof Error || end !== undefined;
	return typeof statusCode === "number" && !isOther;
}

/** The first line of an error's stack that is the user's own: not of Node, and of no package. */
function placeOf(error: unknown): string | undefined {
	if (!(error instanceof Error)) return undefined;
	return String(error.stack)
		.split("\n")
		.filter((line) => !/\(?node:|[\\/]node_modules[\\/]/.test(line))
		.map((line) =>
			/^ +at .*?((?:file:|[a-z]:)?[\\/].*:\d+:\d+)\)?$/i.exec(line),
		)
		.find((found) => found !== null)?.[1]
		?.replace(/^file:\/\//, "");
}

function shown(value: unknown): string {
	if (value === undefined) return "nothing";
	if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
	if (typeof value === "object" && value !== null)
		return `an object of ${value.constructor?.name ?? "no class"}`;
	return String(value);
}
