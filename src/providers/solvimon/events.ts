import type { EventSpec } from "../../provider.ts";

/** Solvimon says `DELETE`, not `DELETED`: https://docs.solvimon.com/docs/webhooks-1 */
const changes = {
	CREATED: "was created",
	UPDATED: "was changed",
	DELETE: "was deleted",
} as const;

const resources = {
	CUSTOMER: "A customer",
	PLATFORM: "A platform",
	PRICING_PLAN: "A pricing plan",
	PRICING_PLAN_VERSION: "A version of a pricing plan",
	PRICING_PLAN_SUBSCRIPTION: "A customer's subscription to a pricing plan",
	PRICING_PLAN_SCHEDULE: "A schedule of a subscription",
	QUOTE: "A quote",
	QUOTE_VERSION: "A version of a quote",
	CONTACT: "A contact of a customer",
	ALERT_RULE: "An alert rule",
	METER: "A meter",
	METER_PROPERTY: "A property of meters",
	METER_VALUE: "A value of meters",
	METER_VALUE_CALCULATION: "A calculation over a meter",
	BILLABLE_METRIC: "A billable metric",
	PRODUCT: "A product",
	PRODUCT_ITEM: "An item of a product",
	PRODUCT_CATEGORY: "A product category",
	BILLING_ENTITY: "A billing entity",
	FEATURE: "A feature",
	PAYMENT_ACCEPTOR: "A payment acceptor",
	INVOICE: "An invoice",
	FILE_PROCESSING_SETTINGS: "A set of rules for files",
	WEBHOOK: "A webhook",
	FILE: "A file",
} as const;

type Resource = keyof typeof resources;
type Change = `${Resource}.${keyof typeof changes}`;
/** Named by the create example alone: https://docs.solvimon.com/api-docs/configuration-api/webhooks/post-webhooks */
type Special = "INVOICE.STATUS_TO_FINAL" | "INVOICE.PAID";

/** What send-test and test-connection deliver. Nobody subscribes to it. */
export const testEvent = "WEBHOOK.TEST";

export type EventType = Change | Special | typeof testEvent;

const regular = Object.entries(resources).flatMap(([resource, subject]) =>
	Object.entries(changes).map(([change, verb]) => [
		`${resource}.${change}`,
		{ summary: `${subject} ${verb}` },
	]),
);

export const events: Readonly<Record<EventType, EventSpec>> = {
	...(Object.fromEntries(regular) as Record<Change, EventSpec>),
	"INVOICE.STATUS_TO_FINAL": { summary: "An invoice became final" },
	"INVOICE.PAID": { summary: "An invoice was paid" },
	[testEvent]: { summary: "A webhook was tried" },
};
