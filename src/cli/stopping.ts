import type { Host } from "./io.ts";

const endings = ["SIGINT", "SIGTERM"] as const;

/** What goes on until Ctrl-C. */
export interface Stopping {
	/** Aborted by the first signal that asks for the end, which is its reason. The second one ends the process. */
	readonly signal: AbortSignal;
	/** Leaves signals to others again. */
	release(): void;
}

export function listenForStop(host: Host): Stopping {
	const controller = new AbortController();
	const stop = (signal: NodeJS.Signals) => {
		release();
		controller.abort(signal);
	};
	const release = () => {
		for (const ending of endings) host.off(ending, stop);
	};
	for (const ending of endings) host.on(ending, stop);
	return { signal: controller.signal, release };
}
