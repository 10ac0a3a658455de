import type { EventRecord } from "../../contract/records.ts";
import { isObject } from "../../json.ts";
import type { Context } from "./shape.ts";

type Values = Readonly<Record<string, unknown>>;

/** The families of milestones, and where each keeps its resource. All other events only say which resource changed. */
const resourceOf: Readonly<Record<string, string>> = {
	achDebit: "deposit",
	offramp: "offRamp",
	onrampCredit: "onRamp",
};

const aboutUsers = new Set([
	"verification.status.updated",
	"capabilities.updated",
]);

/**
 * What belongs to the event in a payload: its name, and for a milestone its identity, time and place in the flow.
 *
 * Some payloads name one id twice. The fixture fills both places, so where they differ the user has set one of them:
 * each place gets the other's value, and what the user set is laid over it afterwards.
 */
export function eventFields(
	event: Omit<EventRecord, "payload">,
	payload: Values,
	context: Context,
): object {
	const [family, step] = event.type.split(".") as [string, string];
	const { id, userId } = payload;
	const field = resourceOf[family];
	if (field === undefined) {
		return {
			...(aboutUsers.has(event.type) && {
				userId: id ?? userId,
				id: userId ?? id,
			}),
			eventName: event.type,
		};
	}
	const resource = isObject(payload[field]) ? payload[field] : undefined;
	const flows = [...new Set([id, resource?.id])].filter(
		(each) => typeof each === "string",
	);
	return {
		eventId: event.id,
		sequence: nextSequence(flows, wishedSequence(payload), context),
		occurredAt: new Date(event.time).toISOString(),
		...(resource && {
			id: resource.id ?? id,
			[field]: { id: id ?? resource.id },
		}),
		event: event.type,
		milestone: step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
	};
}

function wishedSequence({ sequence }: Values): number {
	return Number.isSafeInteger(sequence) ? (sequence as number) : 1;
}

/** The next number in a flow's sequence: above every one before it, under each id the flow goes by. */
function nextSequence(
	ids: readonly string[],
	least: number,
	{ state }: Context,
): number {
	const last = Math.max(
		0,
		...ids.map((id) => state.sequences.get(id)?.value ?? 0),
	);
	const value = Math.max(last + 1, least);
	for (const id of ids) state.sequences.put({ id, value });
	return value;
}
