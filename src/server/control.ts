import type { OptionSpec } from "../contract/fidelity.ts";
import type { Delivery } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { version } from "../version.ts";
import { showDelivery, showEvent, summarise } from "./delivery-view.ts";

/** A control call whose parameters and body satisfy `openapi/localhook.yaml`. */
export interface ControlCall {
	readonly params: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

export interface ControlReply {
	readonly status: number;
	readonly body: unknown;
}

export type ControlOperation = (
	call: ControlCall,
) => ControlReply | Promise<ControlReply>;

/** The control API by operation id. `url` is where the server answers. */
export function createControl(
	engine: Engine,
	url: string,
): Readonly<Record<string, ControlOperation>> {
	return {
		"get-health": () =>
			ok({
				status: "ok",
				version,
				seed: engine.seed,
				providers: [...engine.sessions.keys()],
			}),

		"list-providers": async () => {
			for (const session of engine.sessions.values()) await session.ready();
			return ok({
				providers: [...engine.sessions.keys()].map((id) =>
					describeProvider(engine, id, url),
				),
			});
		},

		"emit-event": async ({ body }) => {
			const { provider, type, payload, set } = body as EventRequest;
			const { event, deliveries } = await engine.emit(provider, type, {
				payload,
				set,
			});
			const note = `No endpoint of ${provider} is registered and enabled for ${type}, so nothing is sent. Register one through its API, or start with --target.`;
			return {
				status: 202,
				body: {
					event: showEvent(event),
					deliveries: deliveries.map(summarise),
					...(deliveries.length === 0 && { note }),
				},
			};
		},

		"list-deliveries": ({ query }) => {
			const { provider, type, state, limit, before } =
				query as unknown as DeliveryQuery;
			if (provider !== undefined) engine.session(provider);
			const found: Delivery[] = [];
			let started = before === undefined;
			for (const delivery of engine.journal.newest()) {
				const wanted =
					started &&
					(provider === undefined || delivery.event.provider === provider) &&
					(type === undefined || delivery.event.type === type) &&
					(state === undefined || delivery.state === state);
				if (wanted) found.push(delivery);
				if (found.length > limit) break;
				started ||= delivery.id === before;
			}
			if (!started) throw notFound(before as string);
			return ok({
				deliveries: found.slice(0, limit).map(summarise),
				more: found.length > limit,
			});
		},

		"get-delivery": ({ params: { id = "" } }) => {
			const delivery =
				id === "latest"
					? first(engine.journal.newest())
					: engine.journal.get(id);
			if (delivery === undefined) throw notFound(id);
			return ok(showDelivery(delivery));
		},

		reset: async ({ body }) => {
			const provider = (body as { provider?: string } | undefined)?.provider;
			await engine.reset(provider);
			return ok({
				reset:
					provider === undefined ? [...engine.sessions.keys()] : [provider],
			});
		},
	};
}

interface EventRequest {
	provider: string;
	type: string;
	payload?: Record<string, unknown>;
	set?: Record<string, unknown>;
}

interface DeliveryQuery {
	provider?: string;
	type?: string;
	state?: string;
	limit: number;
	before?: string;
}

function describeProvider(engine: Engine, id: string, url: string) {
	const { provider, document, operations, context } = engine.session(id);
	return {
		id,
		title: provider.title,
		url: `${url}/${id}`,
		hosts: [
			...new Set(
				(document.servers ?? []).map((server) => new URL(server.url).host),
			),
		],
		operations: operations.map(({ id, method, path, summary }) => ({
			id,
			method,
			path,
			summary,
		})),
		events: Object.entries(provider.events).map(([type, { summary }]) => ({
			type,
			summary,
		})),
		options: Object.entries<OptionSpec>(provider.options).map(
			([name, { values, summary }]) => ({
				name,
				value: (context.options as Record<string, string>)[name],
				values,
				summary,
			}),
		),
		secrets: provider.secrets(context),
		fidelity: provider.fidelity,
	};
}

function ok(body: unknown): ControlReply {
	return { status: 200, body };
}

function first<Value>(values: Iterable<Value>): Value | undefined {
	for (const value of values) return value;
	return undefined;
}

function notFound(id: string): LocalhookError {
	return new LocalhookError(
		"not-found",
		`Failed to find the delivery "${id}": there is none of that id, or it was too old to keep. ` +
			"GET /_localhook/deliveries lists those there are.",
	);
}
