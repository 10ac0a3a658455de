import { textOf } from "../../bytes.ts";
import type { Deliveries, Reply } from "../../contract/operation.ts";
import type { Random } from "../../contract/random.ts";
import type { Attempt, Delivery } from "../../contract/records.ts";
import { framingHeaders } from "../../generated/tables.ts";
import { webAddress } from "../../web-address.ts";
import { problem } from "./errors.ts";
import type { Context, Settings, Webhook } from "./shape.ts";

/** The only protocol that Solvimon's documentation names. */
const protocol = "HmacSHA256";

export const defaults: Settings = {
	url: null,
	name: null,
	reference: null,
	active: true,
	include_previous_data: false,
	authentication_type: "NONE",
	username: null,
	password: null,
	api_header_field: null,
	api_key: null,
	included_actions: null,
	excluded_actions: null,
	signing_protocol: protocol,
};

/** The settings that a body sends, laid over others. What is not a setting is left out. */
export function withSettings(
	before: Settings,
	body: Partial<Settings>,
): Settings {
	const names = Object.keys(defaults) as (keyof Settings)[];
	const sent = Object.fromEntries(
		names
			.filter((name) => body[name] !== undefined)
			.map((name) => [name, body[name]]),
	);
	const after = { ...before, ...sent };
	return { ...after, signing_protocol: after.signing_protocol ?? protocol };
}

/** Headers that carry the delivery itself: with a key in one of them it would not arrive, or not verify. */
const reserved = new Set<string>([
	...framingHeaders,
	"content-type",
	"host",
	"x-payload-signature",
	"x-payload-signature-timestamp",
]);

/** What is wrong with the settings of a body beyond what the document says; undefined: nothing. */
export function checkSettings(
	{ url, api_header_field: header, signing_protocol: given }: Partial<Settings>,
	{ receivers }: Context["options"],
): Reply | undefined {
	if (url != null && webAddress(url) === null) {
		return wrong(
			"url",
			`"${url}", which is not a web address. Send one such as https://example.com/hook.`,
		);
	}
	if (url != null && receivers === "https" && !/^https:/i.test(url)) {
		return wrong("url", `"${url}". Send an https address.`);
	}
	if (reserved.has(header?.toLowerCase() ?? "")) {
		return wrong(
			"api_header_field",
			`"${header}", a header of the delivery itself. Choose another one.`,
		);
	}
	if (given != null && given !== protocol) {
		return wrong("signing_protocol", `"${given}". Only ${protocol} is known.`);
	}
	return undefined;
}

function wrong(field: keyof Settings, rest: string): Reply {
	const message = `The value of ${field} is ${rest}`;
	return problem(400, "INVALID_FIELD", message, { field });
}

export function createWebhook(settings: Settings, context: Context): Webhook {
	const webhook: Webhook = {
		...settings,
		id: newId("whk", context.random),
		secret_key: null,
		previous_secret_key: null,
		previous_signing_protocol: null,
		secret_rolled_at: null,
		previousUntil: 0,
	};
	return context.options.createSecret === "issue"
		? issue(webhook, context)
		: webhook;
}

/** A webhook as the API shows it: the receiver's password and key stay here. */
export function present(
	{ id, password, api_key, previousUntil, ...shown }: Webhook,
	{ deliveries }: Pick<Context, "deliveries">,
) {
	return {
		object_type: "WEBHOOK",
		id,
		...shown,
		...penaltyBox(id, deliveries),
	};
}

/**
 * A prefix and twenty alphanumerics, drawn from the prefix's own stream so that one kind of id never shifts another.
 *
 * The ids that Solvimon shows have this form: https://docs.solvimon.com/platform-guides/for-developers/introduction
 */
export function newId(prefix: "whk" | "evnt" | "reqr", random: Random): string {
	return `${prefix}_${random.stream(`ids of ${prefix}`).alphanumeric(20)}`;
}

/** Solvimon's times are UTC to the second: https://docs.solvimon.com/api-docs/solvimon-api/standardisation */
export function toIso(at: number): string {
	return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** How long the previous secret still signs: https://docs.solvimon.com/platform-guides/for-developers/webhooks */
const overlap = 24 * 60 * 60 * 1000;

function issue(webhook: Webhook, { random }: Pick<Context, "random">): Webhook {
	const secret_key = random.stream(`secret of ${webhook.id}`).alphanumeric(40);
	return { ...webhook, secret_key };
}

export function retire(
	webhook: Webhook,
	{ now, lasting }: Pick<Context, "now" | "lasting">,
): Webhook {
	if (webhook.secret_key === null) return webhook;
	return {
		...webhook,
		secret_key: null,
		previous_secret_key: webhook.secret_key,
		previous_signing_protocol: webhook.signing_protocol,
		secret_rolled_at: toIso(now()),
		previousUntil: now() + lasting(overlap),
	};
}

export function roll(
	webhook: Webhook,
	context: Pick<Context, "random" | "now" | "lasting" | "replaced">,
): Webhook {
	const rolled = issue(retire(webhook, context), context);
	const before = webhook.secret_key ?? undefined;
	context.replaced(before, rolled.secret_key as string);
	return { ...rolled, secret_rolled_at: toIso(context.now()) };
}

export function validSecrets(webhook: Webhook, at: number): string[] {
	const { secret_key: current, previous_secret_key: previous } = webhook;
	return [
		...(current === null ? [] : [current]),
		...(previous === null || at >= webhook.previousUntil ? [] : [previous]),
	];
}

/** The delivery that holds up a webhook's later ones: it has failed and waits for its next attempt. */
export function stuckDelivery(
	webhook: string,
	deliveries: Deliveries,
): Delivery | undefined {
	if (deliveries.health(webhook).failures === 0) return undefined;
	for (const delivery of deliveries.of(webhook)) {
		if (delivery.state === "pending" && delivery.attempts.length > 0)
			return delivery;
	}
	return undefined;
}

function penaltyBox(
	webhook: string,
	deliveries: Deliveries,
): { penalty_box: string | null; penalty_box_data: object | null } {
	const stuck = stuckDelivery(webhook, deliveries);
	if (stuck === undefined) return { penalty_box: null, penalty_box_data: null };
	const { attempts, nextAt, body } = stuck;
	return {
		penalty_box: "IN_PENALTY_BOX",
		penalty_box_data: {
			retry_count: attempts.length - 1,
			retry_at: nextAt === undefined ? null : toIso(nextAt),
			cause: describe(attempts.at(-1)),
			payload: textOf(body),
		},
	};
}

export function describe(attempt: Attempt | undefined): string {
	if (attempt?.response !== undefined)
		return `The receiver answered ${attempt.response.status}`;
	return `The receiver did not answer: ${attempt?.error?.message ?? "no request was made"}`;
}
