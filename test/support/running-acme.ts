import { onTestFinished } from "vitest";
import type { Collection } from "../../src/contract/records.ts";
import {
	createVirtualClock,
	type VirtualClock,
} from "../../src/delivery/clock.ts";
import {
	createEngine,
	type Engine,
	type EngineOptions,
} from "../../src/engine/engine.ts";
import type { Session } from "../../src/engine/session.ts";
import { type AcmeOptions, acme, type Hook } from "./acme.ts";
import { startOfTest } from "./engine.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

export interface RunningAcme {
	readonly engine: Engine;
	readonly session: Session;
	readonly clock: VirtualClock;
	/** Registers a receiver, or changes its record. */
	hook(id: string, url: string, changes?: Partial<Hook>): void;
	unhook(id: string): void;
}

/** The provider in an engine of its own, on a virtual clock; closed when the test ends. */
export async function startAcme(
	options: AcmeOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<RunningAcme> {
	const clock = createVirtualClock(startOfTest);
	const engine = createEngine({
		providers: [acme(options)],
		clock,
		...engineOptions,
	});
	onTestFinished(() => engine.close());
	const session = engine.session(options.id ?? "acme");
	session.ready();
	return {
		engine,
		session,
		clock,
		hook: (id, url, changes = {}) =>
			void hooksOf(engine, session.provider.id).put({
				id,
				url,
				secrets: ["s3cret"],
				...changes,
			}),
		unhook: (id) => void hooksOf(engine, session.provider.id).delete(id),
	};
}

/** The endpoints of the provider in an engine. */
export function hooksOf(engine: Engine, id = "acme"): Collection<Hook> {
	const session = engine.session(id);
	session.ready();
	return (session.context.state as { hooks: Collection<Hook> }).hooks;
}

/** A receiver that closes when the test ends. */
export async function openReceiver(): Promise<Receiver> {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	return receiver;
}
