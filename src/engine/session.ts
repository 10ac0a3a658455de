import type { Context } from "../contract/operation.ts";
import type { Delivery, EventRecord } from "../contract/records.ts";
import { parseReceiver } from "../delivery/allowed-receivers.ts";
import {
	checkBadSignature,
	parseBadSignature,
} from "../delivery/bad-signature.ts";
import { defaultHow, type How } from "../delivery/in-flight.ts";
import { scaled } from "../delivery/schedule.ts";
import { invalidRequest, notFound, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { createRouter, type Router } from "../openapi/router.ts";
import { type Documented, readingOf } from "../openapi/validators.ts";
import { quotedUrl } from "../web-address.ts";
import { createComposer, type EventRequest } from "./composer.ts";
import { findEndpoint, pinnedAt } from "./endpoints.ts";
import {
	type Installed,
	type Playing,
	refuseUnknownOperations,
} from "./options.ts";
import {
	createRun,
	type Played,
	type SavedSession,
	type SessionSettings,
	type Shared,
} from "./run.ts";

export interface Published {
	readonly event: EventRecord;
	/** One for each endpoint that matched; none: the event reached nobody. */
	readonly deliveries: readonly Delivery[];
}

export type Session = ReturnType<typeof createSession>;

/** Starts one provider; a reset begins it anew. */
export function createSession(
	installed: Installed & Documented,
	settings: SessionSettings,
	shared: Shared,
) {
	const { provider } = installed;
	const { clock, journal, faults } = shared;
	const reading = () => readingOf(installed);
	const validators = () => reading().validators;
	if (installed.checks === undefined)
		refuseUnknownOperations(provider, reading().operations);
	let router: Router | undefined;
	const signer = provider.signer(settings.options);
	const composer = createComposer(installed, clock);
	const played: Played = {
		provider,
		settings,
		signer,
		policy: scaled(provider.delivery(settings.options), shared.speed),
		validators,
		composer,
	};
	let run = createRun(played, shared);

	async function replaceBy(next: typeof run, reason: string): Promise<void> {
		await run.stop(reason);
		journal.clear(provider.id);
		run = next;
		run.seed();
	}
	function compose(
		type: string,
		request: EventRequest,
		as = run.context,
	): EventRecord {
		run.seed();
		const { context } = run;
		const workspace = workspaceOf({ provider, context }, request);
		const placed =
			workspace === request.workspace ? request : { ...request, workspace };
		return composer.compose(type, placed, as);
	}
	function addressed(
		event: EventRecord,
		request: EventRequest,
		context: Context,
	) {
		const { body, sign, to, endpoint } = request;
		if (to !== undefined) parseReceiver(to, 'leave "to" out');
		const pin =
			to === undefined ? undefined : pinnedAt(provider, to, event, context);
		const all = pin ? [pin.pinned] : provider.endpoints(event, context);
		const endpoints =
			endpoint === undefined ? all : all.filter(({ id }) => id === endpoint);
		if (body === undefined && pin === undefined && sign === undefined)
			return { endpoints, how: defaultHow };
		const signing = sign === undefined ? undefined : parseBadSignature(sign);
		if (signing !== undefined)
			for (const endpoint of endpoints) {
				const { secrets } = endpoint;
				const before = run.signedBefore(endpoint);
				checkBadSignature(signing, provider.id, signer, secrets, before);
			}
		const how: How = {
			...(body !== undefined && { body }),
			...(signing !== undefined && { signing }),
			...pin,
		};
		return { endpoints, how };
	}
	function publish(event: EventRecord, request: EventRequest): Delivery[] {
		const { context, dispatcher } = run;
		const { endpoints, how } = addressed(event, request, context);
		journal.happened(event, endpoints.length);
		return endpoints.map((endpoint) =>
			dispatcher.deliver(event, endpoint, how),
		);
	}

	return {
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
		allowedReceivers: shared.allowedReceivers,
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
			return validators();
		},
		/**
		 * An event that is about to happen, or would happen now.
		 *
		 * @param as where its id is drawn and its effects are kept; default: the session's own context
		 * @throws LocalhookError `unknown-event`, `invalid-request`
		 */
		compose,
		/** Where an event goes, and how its deliveries are made. @throws LocalhookError `invalid-request`, `invalid-receiver` */
		addressed,
		/** @throws LocalhookError `unknown-event`, `invalid-request` */
		send(type: string, request: EventRequest = {}): Published {
			const event = compose(type, request);
			const deliveries = publish(event, request);
			const burst = faults.any ? faults.onEvent(event, deliveries) : undefined;
			if (burst === undefined) return { event, deliveries };
			const more = Array.from({ length: burst.copies }, () =>
				publish(compose(type, request), request),
			).flat();
			for (const delivery of more) journal.struck(delivery, "burst");
			return { event, deliveries: [...deliveries, ...more] };
		},
		/**
		 * Prepares to load what another session saved.
		 * @returns what does it, with no deliveries left
		 * @throws LocalhookError `invalid-snapshot`; nothing has changed
		 */
		prepare(saved: SavedSession): () => Promise<void> {
			const next = createRun(played, shared);
			next.load(saved);
			return () => replaceBy(next, "another state was loaded");
		},
		/** Back to the seed state: no deliveries, no records but those of the receiver. */
		reset: () => replaceBy(createRun(played, shared), "the provider was reset"),
	};
}

/**
 * The workspace that an event is to happen in; undefined: it is said of none.
 *
 * @throws LocalhookError `not-found` for an endpoint or a workspace that there is not; `invalid-request`
 */
function workspaceOf(
	playing: Playing,
	{ endpoint, workspace, to }: EventRequest,
): string | undefined {
	if (endpoint === undefined) {
		if (workspace !== undefined) checkWorkspace(playing, workspace);
		return workspace;
	}
	const beside =
		to !== undefined ? "to" : workspace !== undefined ? "workspace" : undefined;
	if (beside !== undefined)
		throw invalidRequest(
			`Failed to send to the endpoint ${quotedUrl(endpoint)}: "endpoint" and "${beside}" exclude each other. Give one of the two.`,
		);
	const { owner } = findEndpoint(playing, endpoint);
	return playing.provider.ownedSecrets?.ownedBy === "workspace"
		? owner
		: undefined;
}

function checkWorkspace(
	{ provider, context }: Playing,
	workspace: string,
): void {
	const failed = `Failed to send to the workspace ${quoted(workspace)}:`;
	const { ownedSecrets } = provider;
	if (ownedSecrets?.ownedBy !== "workspace")
		throw invalidRequest(
			`${failed} ${provider.id} has no workspaces. Leave "workspace" out, or name an "endpoint".`,
		);
	const known = ownedSecrets.owners(context);
	if (known.includes(workspace)) return;
	const choice =
		known.length === 0
			? "There is none yet: create a secret for one, or start with --receiver."
			: `Choose one of ${known.slice(0, 20).join(", ")}.`;
	throw notFound(
		`${failed} ${provider.id} has no such workspace.${didYouMean(workspace, known)} ${choice}`,
	);
}
