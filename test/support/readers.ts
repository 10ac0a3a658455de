import type { Journal } from "../../src/delivery/journal.ts";

/** Counts those who read a journal as it is written. */
export function readersOf(journal: Journal): {
	/** How many there are once one more has come or gone. */
	changed(): Promise<number>;
} {
	const { subscribe } = journal;
	let readers = 0;
	let told: (() => void) | undefined;
	const changes: number[] = [];
	function change(by: number): void {
		readers += by;
		changes.push(readers);
		told?.();
	}
	journal.subscribe = (listener) => {
		const unsubscribe = subscribe(listener);
		let reads = true;
		change(1);
		return () => {
			unsubscribe();
			if (reads) change(-1);
			reads = false;
		};
	};
	return {
		async changed() {
			if (changes.length === 0)
				await new Promise<void>((resolve) => {
					told = resolve;
				});
			return changes.shift() as number;
		},
	};
}
