import { useContext, useState } from "preact/hooks";
import { formatDuration } from "../duration.ts";
import type { fields } from "../query/fields.ts";
import {
	type Data,
	hrefOf,
	type Place,
	pageSize,
	type Summary,
} from "./load.ts";
import { Command, LiveContext, Problem } from "./parts.tsx";

/** Each state's mark: colour alone is not enough. */
const marks = { delivered: "✓", failed: "✗", pending: "⋯", cancelled: "–" };

export function stateOf({
	state,
	held,
	wronglyAccepted,
}: Pick<Summary, "state" | "held" | "wronglyAccepted">) {
	if (wronglyAccepted) return <span class="failed">‼ wrongly accepted</span>;
	return (
		<span class={state}>
			{marks[state]} {state}
			{held && ", held"}
		</span>
	);
}

export interface ListProps {
	readonly place: Place;
	readonly data: Data;
}

export function List({ place, data }: ListProps) {
	const live = useContext(LiveContext);
	const { deliveries, more, dropped, problem, unseen = 0 } = data.list;
	const before = deliveries.at(-1)?.id;
	const calls = place.calls ? undefined : "shown";
	const count = (state: string) =>
		deliveries.filter((each) => each.state === state).length;
	return (
		<section class="list" aria-label="Deliveries">
			<Query key={place.query} text={place.query ?? ""} problem={problem} />
			<div class="counts">
				{Object.entries(marks).map(([state, mark]) => (
					<a
						key={state}
						class={state}
						href={hrefOf({ query: `state:${state}` })}
					>
						{mark} {count(state)} {state}
					</a>
				))}
				{place.query && <a href="./">Show all</a>}
				<a href={hrefOf({ ...place, calls })}>
					{calls ? "Show" : "Hide"} calls of the API
				</a>
				{place.before && (
					<a href={hrefOf({ ...place, before: undefined })}>
						Newest deliveries
					</a>
				)}
				{dropped > 0 && <span>{dropped} older ones were dropped</span>}
				{unseen > 0 && (
					<button type="button" onClick={live?.reload}>
						{unseen === pageSize ? `${unseen} or more` : unseen} new ↑
					</button>
				)}
			</div>
			{deliveries.length > 0 && rows(deliveries, place, data.clock.now)}
			{deliveries.length === 0 && !problem && empty(place, data)}
			{more && <a href={hrefOf({ ...place, before })}>Older deliveries</a>}
		</section>
	);
}

/** The one command that makes a first event. */
function empty({ query, before }: Place, { providers = [] }: Data) {
	if (query ?? before) return <p>No delivery matches.</p>;
	const [first] = providers;
	return (
		<>
			<p>No delivery yet. Make a first event in a terminal:</p>
			<Command
				words={["send", first?.id ?? "", first?.events[0]?.type ?? ""]}
			/>
		</>
	);
}

const words: Readonly<Record<keyof typeof fields, readonly string[]>> = {
	state: Object.keys(marks),
	status: ["4xx", "5xx"],
	attempts: [">1"],
	error: ["timeout", "connection"],
	...{ after: ["10m"], before: ["10m"], sign: ["*"], parent: ["*"] },
	...{ type: [], provider: [], endpoint: [], url: [], event: [], id: [] },
	...{ reason: [], body: [] },
};
const completions = Object.entries(words).flatMap(([name, values]) =>
	["", ...values].map((value) => `${name}:${value}`),
);

function Query({
	text,
	problem,
}: {
	readonly text: string;
	readonly problem: string | undefined;
}) {
	const live = useContext(LiveContext);
	const [typed, setTyped] = useState(text);
	const [, before = "", word = ""] = /^(.*?)(\S*)$/s.exec(typed) ?? [];
	return (
		<search>
			<form
				onSubmit={(event) => {
					if (live === undefined) return;
					event.preventDefault();
					live.go({ query: typed });
				}}
			>
				<input
					name="query"
					aria-keyshortcuts="/"
					type="search"
					aria-label="Query"
					aria-invalid={problem !== undefined}
					placeholder="state:failed type:study.*"
					list="completions"
					value={typed}
					onInput={({ currentTarget }) => setTyped(currentTarget.value)}
				/>
				<datalist id="completions">
					{completions
						.filter((each) => each.startsWith(word))
						.map((each) => (
							<option key={each} value={before + each} />
						))}
				</datalist>
				<button type="submit">Find</button>
				{problem !== undefined && <Problem text={problem} />}
			</form>
		</search>
	);
}

/** The columns; on a narrow screen some have no room. */
const columns = [
	["State"],
	["Type"],
	["Provider", "wide"],
	["Endpoint", "wide"],
	["Attempts", "wide"],
	["Last"],
	["Age"],
] as const;

function rows(deliveries: readonly Summary[], place: Place, now: string) {
	return (
		<div class="rows">
			<table>
				<thead>
					<tr>
						{columns.map(([title, width]) => (
							<th key={title} scope="col" class={width}>
								{title}
							</th>
						))}
					</tr>
				</thead>
				<tbody>{deliveries.map((each) => row(each, place, now))}</tbody>
			</table>
		</div>
	);
}

function row(delivery: Summary, place: Place, now: string) {
	const { id, provider, event, endpoint, url, createdAt, resent, sign } =
		delivery;
	const { lastStatus, lastErrorCode, lastError } = delivery;
	const isOpen = place.delivery === id;
	const age = Math.max(0, Date.parse(now) - Date.parse(createdAt));
	return (
		<tr key={id} class={isOpen ? "open" : undefined}>
			<td>{stateOf(delivery)}</td>
			<th scope="row">
				<a
					data-id={id}
					href={hrefOf({ ...place, delivery: id, attempt: undefined })}
					aria-current={isOpen ? "true" : undefined}
				>
					{event.type}
				</a>
				{resent && <small> resent</small>}
				{sign && <small> signed {sign}</small>}
			</th>
			<td class="wide">{provider}</td>
			<td class="wide" title={url}>
				{endpoint}
			</td>
			<td class="wide">{attemptsOf(delivery)}</td>
			<td title={lastError}>{lastStatus ?? lastErrorCode}</td>
			<td>
				<time dateTime={createdAt} title={createdAt}>
					{formatDuration(Math.floor(age / 1000) * 1000)}
				</time>
			</td>
		</tr>
	);
}

function attemptsOf({ attempts, state }: Summary) {
	const good = state === "delivered" ? 1 : 0;
	const bad = attempts - good;
	return (
		<span role="img" aria-label={`${attempts} attempts, ${bad} failed`}>
			{bad > 8 ? `●×${bad}` : "●".repeat(bad)}
			{"○".repeat(good)}
		</span>
	);
}
