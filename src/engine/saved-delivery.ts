import type { Delivery } from "../contract/records.ts";
import type { How } from "../delivery/flight.ts";
import { parseMissigning } from "../delivery/missigning.ts";

/** A delivery in JSON: bytes in base64, and how it is made where it has not ended. */
export interface SavedDelivery extends Omit<Delivery, "body" | "attempts"> {
	readonly body: string;
	readonly attempts: readonly SavedAttempt[];
	readonly how?: Omit<How, "parent" | "body" | "signing">;
}

type Attempt = Delivery["attempts"][number];
type Response = NonNullable<Attempt["response"]>;
type SavedAttempt = Omit<Attempt, "response"> & {
	readonly response?: Omit<Response, "body"> & { readonly body: string };
};

export function saveDelivery(
	{ body, attempts, ...rest }: Delivery,
	how: How | undefined,
): SavedDelivery {
	const { frozen, pinned, once } = how ?? {};
	const kept = {
		...(frozen && { frozen }),
		...(pinned && { pinned }),
		...(once && { once }),
	};
	return {
		...rest,
		body: Buffer.from(body).toString("base64"),
		attempts: attempts.map(({ response, ...attempt }) =>
			response === undefined
				? attempt
				: {
						...attempt,
						response: {
							...response,
							body: Buffer.from(response.body).toString("base64"),
						},
					},
		),
		...(Object.keys(kept).length > 0 && { how: kept }),
	};
}

/** The delivery, and how it is made from here on. */
export function loadDelivery(saved: SavedDelivery): [Delivery, How] {
	const { body, attempts, how, ...rest } = saved;
	const delivery: Delivery = {
		...rest,
		body: Buffer.from(body, "base64"),
		attempts: attempts.map(({ response, ...attempt }) =>
			response === undefined
				? attempt
				: {
						...attempt,
						response: {
							...response,
							body: Buffer.from(response.body, "base64"),
						},
					},
		),
	};
	const signing =
		rest.sign === undefined ? undefined : parseMissigning(rest.sign);
	return [delivery, { ...how, ...(signing && { signing }) }];
}
