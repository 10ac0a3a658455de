import type { OptionSpec } from "../../src/contract/fidelity.ts";
import type { RetryPolicy } from "../../src/contract/policy.ts";
import { formatDuration } from "../../src/duration.ts";
import type { Provider } from "../../src/provider.ts";
import { table } from "./table.ts";

interface Retry {
	readonly attempt: number;
	/** Milliseconds since the attempt before it, at the most. */
	readonly wait: number;
	/** Milliseconds since the first attempt, at the most. */
	readonly since: number;
}

/** When a provider attempts a delivery that keeps failing, by default and under each option that changes it. */
export function retrySection({ delivery, options }: Provider): string {
	const specs: Readonly<Record<string, OptionSpec>> = options;
	const defaults = Object.fromEntries(
		Object.entries(specs).map(([name, spec]) => [name, spec.default]),
	);
	const usual = delivery(defaults);
	const others = Object.entries(specs).flatMap(([name, { values }]) =>
		values
			.map((value) => ({
				name,
				value,
				policy: delivery({ ...defaults, [name]: value }),
			}))
			.filter(({ policy }) => !same(policy, usual)),
	);
	return [
		`A receiver has ${formatDuration(usual.timeout)} to answer. ${
			usual.ordered
				? "Later deliveries of a webhook wait until the one before them has settled."
				: "Deliveries do not wait for each other."
		}`,
		scheduleOf(usual.retry),
		...others.map(
			({ name, value, policy }) =>
				`With \`${name}=${value}\`: ${inWords(policy.retry)}`,
		),
	].join("\n\n");
}

function scheduleOf(policy: RetryPolicy): string {
	const retries = retriesOf(policy);
	if (retries.length === 0) return "A failed delivery is not tried again.";
	const drawn = policy.jitter === "full";
	const rows = gathered(retries).map(([first, last]) => [
		first === last
			? String(first.attempt)
			: `${first.attempt} to ${last.attempt}`,
		`${drawn ? "0 to " : ""}${formatDuration(first.wait)}`,
		`${drawn ? "at most " : ""}${first === last ? "" : `${formatDuration(first.since)} to `}${formatDuration(last.since)}`,
	]);
	const end =
		policy.maxElapsed === undefined
			? `After attempt ${retries.length + 1} the provider gives up.`
			: `The provider gives up after attempt ${retries.length + 1}, or where the next one would be more than ${formatDuration(policy.maxElapsed)} after the first.`;
	return `${table(["attempt", "after the one before", "after the first"], rows)}\n\n${end}`;
}

function inWords(policy: RetryPolicy): string {
	const waits = retriesOf(policy).map(({ wait }) => formatDuration(wait));
	return waits.length === 0
		? "a failed delivery is not tried again."
		: `${waits.length + 1} attempts, with ${waits.join(", ")} between them.`;
}

function retriesOf({
	delays,
	thenEvery,
	maxElapsed,
	jitter,
}: RetryPolicy): Retry[] {
	const retries: Retry[] = [];
	let since = 0;
	for (let attempt = 2; ; attempt++) {
		const wait = delays[attempt - 2] ?? thenEvery;
		// What has no end is not a schedule that any provider here has.
		if (wait === undefined || retries.length > 100) return retries;
		since += wait;
		if (maxElapsed !== undefined && since > maxElapsed) {
			// Drawn waits are shorter, so all of the listed ones may come.
			if (jitter === "none" || attempt - 2 >= delays.length) return retries;
			since = maxElapsed;
		}
		retries.push({ attempt, wait, since });
	}
}

/** Neighbours that wait equally long, as first and last of them. */
function gathered(retries: readonly Retry[]): [Retry, Retry][] {
	const rows: [Retry, Retry][] = [];
	for (const retry of retries) {
		const row = rows.at(-1);
		if (row?.[0].wait === retry.wait) row[1] = retry;
		else rows.push([retry, retry]);
	}
	return rows;
}

function same(one: object, other: object): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
