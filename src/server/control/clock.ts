import type { Due } from "../../delivery/forecast.ts";
import { parseDuration } from "../../duration.ts";
import type { Engine } from "../../engine/engine.ts";
import { type ControlOperations, ok } from "./call.ts";
import { iso } from "./time.ts";

/** The time, and turning it. */
export function clockOperations({ time }: Engine): ControlOperations {
	return {
		"get-clock": () => {
			const { mode, speed, now, pending } = time;
			return ok({ mode, speed, now: iso(now), due: show(time.due()), pending });
		},
		"advance-clock": async ({ body }) => {
			const { by } = body as { by: string };
			const turned = await time.advance(parseDuration(by));
			return ok({ ...turned, now: iso(turned.now) });
		},
		"next-clock": async () => {
			const turned = await time.next();
			return ok({ ...turned, now: iso(turned.now), ran: show(turned.ran) });
		},
		"drain-clock": async ({ body }) => {
			const { attempts } = (body ?? {}) as { attempts?: number };
			const turned = await time.drain(attempts);
			return ok({ ...turned, now: iso(turned.now) });
		},
	};
}

function show(due: Due | undefined) {
	if (due === undefined) return null;
	const { at, delivery, attempt } = due;
	const { provider, type } = delivery.event;
	return { at: iso(at), delivery: delivery.id, provider, type, attempt };
}
