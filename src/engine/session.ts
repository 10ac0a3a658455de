import type { EventRecord } from "../contract/records.ts";
import { scaled } from "../delivery/schedule.ts";
import { type Documented, readingOf } from "../openapi/reading.ts";
import { createRouter, type Router } from "../openapi/router.ts";
import { recipientsOf, workspaceOf } from "./addressing.ts";
import { createComposer } from "./composer.ts";
import { checkDelivery } from "./conformance.ts";
import type { EventRequest } from "./event-request.ts";
import type { Installed } from "./installed.ts";
import { refuseStrays } from "./refusals.ts";
import {
	createRun,
	type Played,
	type SessionSettings,
	type Shared,
} from "./run.ts";
import { howOf } from "./sending.ts";
import type { Published, Session } from "./session-contract.ts";

/** Starts one provider; a reset begins it anew. */
export function createSession(
	installed: Installed & Documented,
	settings: SessionSettings,
	shared: Shared,
): Session {
	const { provider } = installed;
	const { clock, journal, faults, onBreach } = shared;
	let known: ReturnType<typeof readingOf> | undefined;
	const reading = () => (known ??= readingOf(installed));
	if (installed.checks === undefined)
		refuseStrays(provider, reading().operations);
	let router: Router | undefined;
	const signer = provider.signer(settings.options);
	const { retry, ...asDocumented } = provider.delivery(settings.options);
	const composer = createComposer(installed, clock);
	const played: Played = {
		provider,
		settings,
		signer,
		policy: { ...asDocumented, retry: scaled(retry, shared.speed) },
		validators: () => reading().validators,
		composer,
		checkDelivery(event, endpoint, encoded) {
			session.check(() => {
				const spec = reading().deliveries.get(event.type);
				return checkDelivery(
					played.validators(),
					spec,
					event,
					encoded,
					endpoint,
					signer.sign,
				);
			});
		},
	};
	let run = createRun(played, shared);

	/** Goes on with another run, once the one before has ended. */
	async function replaceBy(next: typeof run, reason: string): Promise<void> {
		await run.stop(reason);
		journal.clear(provider.id);
		run = next;
		run.seed();
	}
	function publish(event: EventRecord, request: EventRequest): Published {
		const { context, dispatcher } = run;
		const recipients = recipientsOf(session, event, request, context);
		const { endpoints } = recipients;
		const how = howOf(request, session, recipients);
		journal.happened(event, endpoints.length);
		return {
			event,
			deliveries: endpoints.map((endpoint) =>
				dispatcher.deliver(event, endpoint, how),
			),
		};
	}

	const session: Session = {
		provider,
		get document() {
			return installed.document;
		},
		get fidelity() {
			return installed.fidelity;
		},
		get operations() {
			return reading().operations;
		},
		get router() {
			router ??= createRouter(
				installed.document,
				reading().operations,
				provider.trailingSlash,
			);
			return router;
		},
		signer,
		settings,
		targets: shared.targets,
		get run() {
			return run;
		},
		get context() {
			return run.context;
		},
		get dispatcher() {
			return run.dispatcher;
		},
		ready() {
			run.seed();
			return played.validators();
		},
		compose(type, request, as = run.context) {
			run.seed();
			const workspace = workspaceOf(session, request);
			return composer.compose(type, { ...request, workspace }, as);
		},
		send(type, request = {}) {
			const event = session.compose(type, request);
			const published = publish(event, request);
			if (!faults.any) return published;
			const burst = faults.onEvent(event, published.deliveries);
			if (burst === undefined) return published;
			const more = Array.from({ length: burst.copies }, () =>
				publish(session.compose(type, request), request),
			).flatMap(({ deliveries }) => deliveries);
			for (const delivery of more) journal.struck(delivery, "burst");
			return { event, deliveries: [...published.deliveries, ...more] };
		},
		prepare(saved) {
			const next = createRun(played, shared);
			next.load(saved);
			return () => replaceBy(next, "another state was loaded");
		},
		reset: () => replaceBy(createRun(played, shared), "the provider was reset"),
		check(find) {
			const breach = onBreach && find();
			if (breach) onBreach({ provider: provider.id, ...breach });
		},
	};
	return session;
}
