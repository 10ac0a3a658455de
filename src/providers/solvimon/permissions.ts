import type { Caller, Reply } from "../../contract/operation.ts";
import { problem } from "./errors.ts";

export const permissions = [
	"WEBHOOK.VIEW",
	"WEBHOOK.CREATE",
	"WEBHOOK.UPDATE",
	"WEBHOOK.DELETE",
	// Spelled with an underscore, unlike the others:
	// https://docs.solvimon.com/platform-guides/for-developers/webhook-events
	"WEBHOOK_EVENT_RESEND",
] as const;

export type Permission = (typeof permissions)[number];

/** The reply to a caller without a permission; undefined: the caller has it. */
export function lacks(
	permission: Permission,
	caller: Caller,
): Reply | undefined {
	if (caller.permissions?.includes(permission) ?? true) return undefined;
	return problem(
		403,
		"USER_NOT_ALLOWED",
		`The permission ${permission} is missing.`,
	);
}
