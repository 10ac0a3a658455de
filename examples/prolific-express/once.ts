// #region once
/**
 * Does the work of each event once. A repetition waits for the work that is under way and ends as it does; work that
 * failed is forgotten, so that the next attempt does it. A real application keeps the ids in its database, under a
 * unique key, in the transaction that stores the event.
 */
export function once<Words extends unknown[]>(
	work: (...words: Words) => Promise<void>,
): (id: string, ...words: Words) => Promise<void> {
	const done = new Map<string, Promise<void>>();
	return (id, ...words) => {
		const known = done.get(id);
		if (known !== undefined) return known;
		const working = work(...words);
		done.set(id, working);
		working.catch(() => done.delete(id));
		return working;
	};
}
// #endregion
