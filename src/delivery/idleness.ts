/** Counts what is under way, and tells when there is nothing left. */
export interface Idleness {
	enter(): void;
	leave(): void;
	/** Resolves once nothing is under way; at once when nothing is. */
	wait(): Promise<void>;
}

export function createIdleness(): Idleness {
	let underWay = 0;
	let waiting: (() => void)[] = [];
	return {
		enter() {
			underWay++;
		},
		leave() {
			if (--underWay > 0) return;
			const told = waiting;
			waiting = [];
			for (const resolve of told) resolve();
		},
		wait: () =>
			underWay === 0
				? Promise.resolve()
				: new Promise((resolve) => waiting.push(resolve)),
	};
}
