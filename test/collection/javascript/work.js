/** The work of an event, as far as anybody outside can see it: its key is posted to LOCALHOOK_EFFECTS_URL. */
export async function work(key) {
	const url = process.env.LOCALHOOK_EFFECTS_URL;
	if (!url) return;
	const { ok, status } = await fetch(url, { method: "POST", body: key });
	if (!ok) throw new Error(`the work failed: ${status}`);
}

/** Does the work of each event once, as with a unique key in a database. Work that failed is forgotten. */
export function createOnce() {
	const events = new Map();
	return (key) => {
		let event = events.get(key);
		if (event === undefined) {
			event = work(key);
			events.set(key, event);
			event.catch(() => events.delete(key));
		}
		return event;
	};
}
