import { acceptedWrongly } from "../delivery/bad-signature.ts";
import { dateTime, type Page, usualWidth } from "../engine/entry-lines.ts";
import { printableLine, shortened, wrapped } from "../printing.ts";
import type { Schemas } from "./client.ts";
import { coloursFor, type Io } from "./io.ts";

/** Where lines of the journal are printed. A narrow terminal has shorter ones, down to 80 columns. */
export function pageOf(
	output: { readonly isTTY?: boolean; readonly columns?: number },
	env: Io["env"],
) {
	const columns = output.isTTY ? output.columns : undefined;
	const width = Math.max(80, Math.min(usualWidth, columns ?? usualWidth));
	const colours = coloursFor(output, env);
	return { time: dateTime, width, colours } satisfies Page;
}

/** What no column is made narrower than: ids stay whole. */
const narrowest = 24;

/** Lines whose columns are aligned. Where they do not fit, the widest columns are shortened in the middle. */
export function table(
	rows: readonly (readonly string[])[],
	width = usualWidth,
): string[] {
	const cells = rows.map((row) => row.map(printableLine));
	const widths = (cells[0] ?? []).map((_, column) =>
		Math.max(...cells.map((row) => row[column]?.length ?? 0)),
	);
	const gaps = 2 * (widths.length - 1);
	let excess = widths.reduce((sum, each) => sum + each, gaps) - width;
	while (excess > 0 && Math.max(...widths) > narrowest) {
		const [most = 0, next = 0] = [...widths].sort((a, b) => b - a);
		const less = Math.max(narrowest, most - excess, Math.min(next, most - 1));
		widths[widths.indexOf(most)] = less;
		excess -= most - less;
	}
	return cells.map((row) =>
		row
			.map((cell, column) =>
				shortened(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0),
			)
			.join("  ")
			.trimEnd(),
	);
}

/** Words on lines below one. */
export function noted(words: readonly string[] = []): string[] {
	const notes = wrapped(words.map(printableLine), usualWidth - 2);
	return notes.map((note) => `  ${note}`);
}

export function deliveryLines(
	list: readonly Schemas["DeliverySummary"][],
): string[] {
	const lines = table(
		list.map(({ id, provider, event, url, state }) => {
			return [id, provider, event.type, url, state];
		}),
	);
	return list.flatMap((each, index) => [
		lines[index] ?? "",
		...alarmOf(each),
		...noted(historyOf(each)),
	]);
}

/** What nobody may overlook, on a line of its own. */
export function alarmOf({
	wronglyAccepted,
	sign = "",
}: Pick<Schemas["DeliverySummary"], "wronglyAccepted" | "sign">): string[] {
	if (!wronglyAccepted) return [];
	return noted(acceptedWrongly(sign).split(" "));
}

function historyOf(delivery: Schemas["DeliverySummary"]): string[] {
	const { state, attempts, reason, nextAt, lastStatus, lastError } = delivery;
	// Of a refused receiver, both say the same.
	const last = lastStatus ?? (lastError === reason ? undefined : lastError);
	const isTold = attempts > (state === "delivered" ? 1 : 0);
	const known = [
		isTold && (attempts === 1 ? "1 attempt" : `${attempts} attempts`),
		isTold && last !== undefined && `last ${last}`,
		isTold && nextAt !== undefined && `next attempt ${dateTime(nextAt)}`,
		reason,
	];
	return known.filter(Boolean).join(", ").split(" ").filter(Boolean);
}

export function dueLine(due: NonNullable<Schemas["Due"]>): string {
	const { at, delivery, provider, event, attempt } = due;
	const what = `${event.type} #${attempt}`;
	return printableLine([dateTime(at), provider, what, delivery].join("  "));
}
