import { install as installAnew } from "../../src/catalog.ts";
import type { ProviderRequest } from "../../src/contract/operation.ts";
import { createVirtualClock } from "../../src/delivery/clock.ts";
import type {
	Engine,
	EngineOptions,
	EngineReply,
} from "../../src/engine/engine.ts";
import type { Installed } from "../../src/engine/options.ts";
import { authorized } from "../../src/engine/secrets.ts";
import type { Provider } from "../../src/provider.ts";
import { createCheckedEngine, type Mismatch } from "./conformance.ts";

/** Providers and documents do not change, and parsing the YAML is most of a start. */
const installed = new Map<string, ReturnType<typeof installAnew>>();
function install(id: string) {
	const known = installed.get(id) ?? installAnew(id);
	installed.set(id, known);
	return known;
}

/** 2026-11-20T10:15:30Z, the moment every test starts at. */
export const startOfTest = Date.UTC(2026, 10, 20, 10, 15, 30);

/** One request to the provider; a plain object becomes a JSON body. */
export type Caller = (
	method: string,
	path: string,
	body?: unknown,
	headers?: Record<string, string>,
) => Promise<Answer>;

export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed, or undefined for an empty body. */
	// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
	readonly body: any;
	readonly reply: EngineReply;
}

/**
 * An engine with one provider, by its id or whole, on a virtual clock unless another is given. A reply or a delivery that breaks the document throws.
 * Close it with `onTestFinished`.
 */
export async function startEngine(
	given: string | Installed,
	options: Omit<EngineOptions, "providers" | "options" | "credentials"> & {
		options?: Record<string, string>;
		credentials?: string[];
		onMismatch?: (mismatch: Mismatch) => void;
	} = {},
): Promise<{ engine: Engine; mismatches: Mismatch[] }> {
	const mismatches: Mismatch[] = [];
	const { options: own, credentials, onMismatch, ...rest } = options;
	const wanted = typeof given === "string" ? await install(given) : given;
	const { id } = wanted.provider;
	const refuse = (mismatch: Mismatch) => {
		mismatches.push(mismatch);
		throw new Error(
			`${mismatch.provider} ${mismatch.subject}: ${mismatch.problem} ${JSON.stringify(mismatch.violations)}`,
		);
	};
	const engine = createCheckedEngine(
		{
			clock: createVirtualClock(startOfTest),
			...rest,
			providers: [wanted],
			options: { [id]: own ?? {} },
			credentials: { [id]: credentials ?? [] },
		},
		onMismatch ?? refuse,
	);
	return { engine, mismatches };
}

/** Calls a provider's API in process, with headers that every call carries. */
export function callerOf(
	engine: Engine,
	provider: string,
	always: Record<string, string> = {},
): Caller {
	return async (method, path, body, headers = {}) => {
		const type: Record<string, string> =
			body === undefined ? {} : { "content-type": "application/json" };
		const { reply, publish } = await engine.handle({
			provider,
			...unsigned(method, path, body),
			headers: { ...type, ...always, ...headers },
		});
		publish?.();
		return {
			status: reply.status,
			headers: reply.headers,
			body: reply.body === "" ? undefined : JSON.parse(reply.body),
			reply,
		};
	};
}

/** The same, as somebody whom the provider knows. */
export function knownCallerOf(
	engine: Engine,
	provider: string,
	call = callerOf(engine, provider),
): Caller {
	return (method, path, body, headers = {}) => {
		const request = unsigned(method, path, body);
		const proof = authorized(engine.session(provider), request);
		return call(method, path, body, { ...proof, ...headers });
	};
}

function unsigned(
	method: string,
	path: string,
	body: unknown,
): Omit<ProviderRequest, "headers"> {
	const [pathname, query = ""] = path.split("?", 2) as [string, string?];
	const text = typeof body === "string" ? body : JSON.stringify(body);
	return { method, path: pathname, query, body: Buffer.from(text ?? "") };
}

/** An event that every receiver of everything gets. */
export function defaultEventOf({ events }: Pick<Provider, "events">): string {
	return Object.keys(events)[0] as string;
}
