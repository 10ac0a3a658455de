import type { Server } from "node:http";
import type { AddressInfo, Server as TcpServer } from "node:net";
import { onTestFinished } from "vitest";
import type { DeliveryPolicy } from "../../src/contract/policy.ts";
import type { Delivery } from "../../src/contract/records.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { startOfTest } from "./engine.ts";
import type { ReceivedRequest } from "./receiver.ts";

export const second = 1000;
export const minute = 60 * second;

export function retrying(...delays: number[]): {
	policy: Partial<DeliveryPolicy>;
} {
	return { policy: { retry: { delays, jitter: "none" } } };
}

export function ordered(...delays: number[]): {
	policy: Partial<DeliveryPolicy>;
} {
	return { policy: { retry: { delays, jitter: "none" }, ordered: true } };
}

/** Emits events named one by one; the deliveries of the first endpoint. */
export async function emit(
	engine: Engine,
	...names: string[]
): Promise<Delivery[]> {
	const made: Delivery[] = [];
	for (const name of names) {
		const { deliveries } = engine.send("acme", "thing.made", {
			merge: { data: { name } },
		});
		made.push(deliveries[0] as Delivery);
	}
	await engine.idle();
	return made;
}

export const names = (requests: readonly ReceivedRequest[]) =>
	requests.map(({ body }) => JSON.parse(body.toString()).data.name);
export const states = (deliveries: readonly Delivery[]) =>
	deliveries.map(({ state }) => state);
/** When the attempts were made, milliseconds after the start of the test. */
export const times = ({ attempts }: Delivery) =>
	attempts.map(({ at }) => at - startOfTest);

/** Serves until the test ends. */
export async function listening(server: Server | TcpServer): Promise<string> {
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(
		() =>
			new Promise((resolve) => {
				server.close(() => resolve());
				if ("closeAllConnections" in server) server.closeAllConnections();
			}),
	);
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
}
