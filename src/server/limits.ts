/** How much a server takes on. Times are milliseconds. */
export interface Limits {
	readonly connections: number;
	/** In progress at once. */
	readonly requests: number;
	/** Bytes of request bodies held at once, those of small ones aside. */
	readonly bodies: number;
	/** Lines of one request. Together with its first line they have 16 KiB, which is Node's own limit. */
	readonly headers: number;
	/** Until the last header has arrived. */
	readonly headerTime: number;
	/** Until the last byte has arrived. */
	readonly requestTime: number;
}

/** Far above what a team's tests do, far below what would hurt a laptop. */
export const usualLimits: Limits = {
	connections: 2048,
	requests: 512,
	bodies: 64 * 1024 * 1024,
	headers: 200,
	headerTime: 10_000,
	requestTime: 60_000,
};

/** Counts what is under way, up to a limit. */
export interface Gate {
	/** False: there are as many as may be, and nothing was counted. */
	enter(): boolean;
	leave(): void;
}

/**
 * @example
 * const streams = createGate(32)
 * if (!streams.enter()) throw new LocalhookError("too-busy", "...")
 * response.once("close", streams.leave)
 */
export function createGate(most: number): Gate {
	let inside = 0;
	return {
		enter() {
			if (inside >= most) return false;
			inside++;
			return true;
		},
		leave() {
			inside--;
		},
	};
}
