/**
 * Does something a number of times, some of them at once.
 *
 * @param {number} count
 * @param {number} inFlight
 * @param {() => Promise<unknown>} act
 */
export async function keepInFlight(count, inFlight, act) {
	let started = 0;
	async function lane() {
		while (started < count) {
			started++;
			await act();
		}
	}
	await Promise.all(Array.from({ length: inFlight }, lane));
}
