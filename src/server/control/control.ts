import type { OptionSpec } from "../../contract/fidelity.ts";
import type { Due } from "../../delivery/schedule.ts";
import { parseDuration } from "../../duration.ts";
import type { Engine } from "../../engine/engine.ts";
import { iso } from "../../engine/entry-view.ts";
import type { FaultSpec } from "../../engine/fault-plan.ts";
import type { HeldSecret } from "../../engine/secrets.ts";
import type { Snapshot } from "../../engine/snapshot.ts";
import { fingerprint } from "../../fingerprint.ts";
import { type Controlled, type ControlOperations, ok } from "./call.ts";
import { deliveryOperations } from "./deliveries.ts";
import { journalOperations } from "./journal.ts";

export function createControl(controlled: Controlled): ControlOperations {
	const { engine, url, health, stop } = controlled;
	const { faults, time, sessions } = engine;
	return {
		...deliveryOperations(engine),
		...journalOperations(engine),

		stop: () => ({ status: 202, body: { stopping: true }, sent: stop }),
		"get-health": () => ok(health()),
		"list-providers": ({ query }) => {
			for (const session of sessions.values()) session.ready();
			const providers = [...sessions.keys()].map((id) =>
				describe(engine, id, url, query.reveal),
			);
			return ok({ providers });
		},
		reset: async ({ body }) => {
			await engine.reset(body?.provider);
			return ok({
				reset: body?.provider ? [body.provider] : [...sessions.keys()],
			});
		},

		"list-secrets": ({ query: { provider, reveal } }) => {
			const secrets = engine.secrets(provider);
			return ok({ secrets: secrets.map((each) => showSecret(each, reveal)) });
		},
		"rotate-secrets": ({ params: { provider }, body: { action, owner } }) => {
			const secrets = engine.rotate(provider, action, owner);
			return ok({ secrets: secrets.map((each) => showSecret(each, true)) });
		},

		"list-endpoints": ({ query }) =>
			ok({ endpoints: engine.endpoints(query.provider) }),
		"set-outage": ({ params: { provider, id }, body }) =>
			ok(engine.setOutage(provider, id, body.outage)),

		"get-clock": () => {
			const { mode, speed, pending } = time;
			const due = showDue(time.due());
			return ok({ mode, speed, now: iso(engine.clock.now()), due, pending });
		},
		"advance-clock": async ({ body }) => {
			const turned = await time.advance(parseDuration(body.by));
			return ok({ ...turned, now: iso(turned.now) });
		},
		"next-clock": async () => {
			const turned = await time.next();
			return ok({ ...turned, now: iso(turned.now), ran: showDue(turned.ran) });
		},
		"drain-clock": async ({ body }) => {
			const turned = await time.drain(body?.attempts);
			return ok({ ...turned, now: iso(turned.now) });
		},

		"list-faults": () => ok({ faults: faults.list() }),
		"plan-faults": ({ body }) => {
			faults.set(body.faults as FaultSpec[]);
			return ok({ faults: faults.list() });
		},

		"save-snapshot": async () => ok(await engine.snapshot()),
		"load-snapshot": async ({ body }) => {
			const snapshot = body as unknown as Snapshot;
			await engine.load(snapshot);
			return ok({
				loaded: Object.keys(snapshot.providers),
				deliveries: snapshot.deliveries.length,
			});
		},
	};
}

function describe(engine: Engine, id: string, url: string, reveal: boolean) {
	const { provider, document, operations, context, fidelity } =
		engine.session(id);
	const servers = document.servers ?? [];
	return {
		id,
		title: provider.title,
		url: `${url}/${id}`,
		hosts: [...new Set(servers.map((server) => new URL(server.url).host))],
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
		secrets: provider
			.secrets(context)
			.map((secret) => (reveal ? secret : fingerprint(secret))),
		fidelity: fidelity?.fidelity ?? [],
		notPlayed: fidelity?.notPlayed ?? [],
	};
}

function showSecret({ value, ...about }: HeldSecret, reveal: boolean) {
	return {
		...about,
		fingerprint: fingerprint(value),
		...(reveal && { value }),
	};
}

function showDue(due: Due | undefined) {
	if (due === undefined) return null;
	const { at, delivery, attempt } = due;
	const { id, provider, type } = delivery.event;
	const event = { id, type };
	return { at: iso(at), delivery: delivery.id, provider, event, attempt };
}
