import type { Reply } from "../../contract/operation.ts";
import { problem } from "./errors.ts";
import type { PageQuery } from "./shape.ts";

/** What a list can be ordered by, beside the default `created_at`. */
type Orders<Row> = Readonly<Record<string, (row: Row) => string>>;

/** One page of rows that come oldest first: https://docs.solvimon.com/docs/query-parameters */
export function list<Row>(
	rows: Iterable<Row>,
	orders: Orders<Row>,
	{ query, request }: { query: PageQuery; request: { path: string } },
	present: (row: Row) => object,
): Reply {
	const {
		limit,
		page,
		order_by: orderBy = "created_at",
		order_direction: direction,
	} = query;
	const ordered = [...rows];
	if (orderBy !== "created_at") {
		const textOf = Object.hasOwn(orders, orderBy) ? orders[orderBy] : undefined;
		if (textOf === undefined)
			return unknownOrder(orderBy, ["created_at", ...Object.keys(orders)]);
		ordered.sort((a, b) => compare(textOf(a), textOf(b)));
	}
	if (direction === "desc") ordered.reverse();

	const pages = Math.ceil(ordered.length / limit);
	const link = (to: number) =>
		`${request.path}?${new URLSearchParams({ ...sent(query), page: String(to) })}`;
	const links = {
		first: link(1),
		previous: page > 1 ? link(page - 1) : null,
		current: link(page),
		next: page < pages ? link(page + 1) : null,
	};
	const data = ordered.slice((page - 1) * limit, page * limit).map(present);
	return {
		status: 200,
		body: { data, links, limit, page, total_number_of_pages: pages },
	};
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function sent(query: PageQuery): Record<string, string> {
	return Object.fromEntries(
		Object.entries(query).map(([name, value]) => [name, String(value)]),
	);
}

function unknownOrder(given: string, known: readonly string[]): Reply {
	const message = `The value of order_by is "${given}". Use ${known.join(", ")}.`;
	return problem(400, "INVALID_FIELD", message, { field: "order_by" });
}
