import type { Entry } from "./answers.ts";
import type { Client } from "./client.ts";

interface Journal {
	readonly entries: readonly Entry[];
	/** The number of the newest entry there is. */
	readonly last: number;
}

const pageSize = 1000;

/** The newest entries that match, oldest first; the journal itself reads from a number on. */
export async function newestEntries(
	client: Client,
	query: string | undefined,
	limit: number,
): Promise<Journal> {
	const page = (after: number, limit: number) =>
		client.get<Journal>("/journal", { query: { query, after, limit } });
	if (query === undefined) {
		const { last } = await page(0, 1);
		return page(Math.max(last - limit, 0), limit);
	}
	// Which of them match is known only once all were looked at.
	let newest: readonly Entry[] = [];
	for (let after = 0; ; after = newest.at(-1)?.seq ?? after) {
		const { entries, last } = await page(after, pageSize);
		newest = [...newest, ...entries].slice(-limit);
		if (entries.length < pageSize) return { entries: newest, last };
	}
}
