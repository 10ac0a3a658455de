import { createSystemClock, turn } from "../../delivery/clock.ts";
import type { RunInContext } from "../../delivery/exchange.ts";

/** A page has none: its receivers run where they are called. */
export function captureContext(): RunInContext {
	return (run) => run();
}

/** Milliseconds; for a client that the page cannot observe, such as a frame of its own. */
const patience = 1000;

const { after } = createSystemClock();
/** By URL, those who wait for a client to have its response; first come, first served. */
const waiting = new Map<string, Set<() => void>>();
let observed = false;

/**
 * The response goes to the service worker first, and from there to the client, so turns of this event loop say nothing.
 * The browser notes each exchange that has ended, though.
 */
export async function handedOver(url: string): Promise<void> {
	if (hasWorker()) await ended(url);
	await turn();
	await turn();
}

function ended(url: string): Promise<void> {
	observe();
	const name = url.replace(/#.*/s, "");
	const others = waiting.get(name) ?? new Set();
	waiting.set(name, others);
	return new Promise((resolve) => {
		const finish = () => {
			cancel();
			others.delete(finish);
			if (others.size === 0) waiting.delete(name);
			resolve();
		};
		const cancel = after(patience, finish);
		others.add(finish);
	});
}

function observe(): void {
	if (observed) return;
	observed = true;
	new PerformanceObserver((list) => {
		for (const { name } of list.getEntries()) {
			const [first] = waiting.get(name) ?? [];
			first?.();
		}
	}).observe({ type: "resource" });
}

/** Without one, msw answers inside of the page. */
function hasWorker(): boolean {
	const { navigator } = globalThis as {
		navigator?: { serviceWorker?: { controller: unknown } };
	};
	return (navigator?.serviceWorker?.controller ?? null) !== null;
}
