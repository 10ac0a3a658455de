/** Events by their id, and the records to fetch anew. An application keeps both in its database. */
export const events = new Map<string, object>();
export const stale = new Set<string>();

/** Keeps an event, unless one of this id is there already. */
export async function keep(id: string, event: object): Promise<void> {
	if (!events.has(id)) events.set(id, event);
}

/** Marks a record; marking it twice does no harm. */
export async function refresh(id: string): Promise<void> {
	stale.add(id);
}
