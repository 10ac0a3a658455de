import { base64Of, bytesOfBase64 } from "../bytes.ts";
import type { Delivery } from "../contract/records.ts";
import { parseBadSignature } from "../delivery/bad-signature.ts";
import type { How } from "../delivery/in-flight.ts";

/** A delivery in JSON: bytes in base64, and how it is made where it has not ended. */
export interface SavedDelivery extends Omit<Delivery, "body" | "attempts"> {
	readonly body: string;
	readonly attempts: readonly AttemptWith<string>[];
	readonly how?: Omit<How, "parent" | "body" | "signing">;
}

type Attempt = Delivery["attempts"][number];
type Response = NonNullable<Attempt["response"]>;
type AttemptWith<Body> = Omit<Attempt, "response"> & {
	readonly response?: Omit<Response, "body"> & { readonly body: Body };
};

export function saveDelivery(
	{ body, attempts, ...rest }: Delivery,
	how: How | undefined,
): SavedDelivery {
	const { frozen, pinned, owner, once } = how ?? {};
	const kept = {
		...(frozen && { frozen }),
		...(pinned && { pinned }),
		...(owner !== undefined && { owner }),
		...(once && { once }),
	};
	return {
		...rest,
		body: base64Of(body),
		attempts: attempts.map((attempt) => withBody(attempt, base64Of)),
		...(Object.keys(kept).length > 0 && { how: kept }),
	};
}

/** The delivery, and how it is made from here on. */
export function loadDelivery(saved: SavedDelivery): [Delivery, How] {
	const { body, attempts, how, ...rest } = saved;
	const delivery: Delivery = {
		...rest,
		body: bytesOfBase64(body),
		attempts: attempts.map((attempt) => withBody(attempt, bytesOfBase64)),
	};
	const signing =
		rest.sign === undefined ? undefined : parseBadSignature(rest.sign);
	return [delivery, { ...how, ...(signing && { signing }) }];
}

/** An attempt with another form of its answer's body. */
function withBody<From, To>(
	{ response, ...attempt }: AttemptWith<From>,
	convert: (body: From) => To,
): AttemptWith<To> {
	if (response === undefined) return attempt;
	return {
		...attempt,
		response: { ...response, body: convert(response.body) },
	};
}
