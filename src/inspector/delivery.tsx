import type { ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import { Bytes, Exact } from "./bytes.tsx";
import { type ListProps, stateOf } from "./list.tsx";
import {
	type Api,
	type Data,
	type Delivery,
	hrefOf,
	type Place,
	type ReplyOf,
	tabs,
} from "./load.ts";
import {
	Action,
	commandAt,
	Links,
	Problem,
	Table,
	Time,
	UrlContext,
} from "./parts.tsx";
import { Signatures } from "./signature.tsx";

export function DeliveryView({ place, data: { one, clock } }: ListProps) {
	if (one === undefined) return null;
	if ("problem" in one) return <Problem text={one.problem} />;
	const { tab = "timeline" } = place;
	return (
		<section class="delivery" aria-labelledby="delivery">
			<a
				class="narrow"
				href={hrefOf({ ...place, delivery: undefined, tab: undefined })}
			>
				Back to the list
			</a>
			<h1 id="delivery" tabIndex={-1}>
				{one.event.type} {stateOf(one)}
			</h1>
			{about(one)}
			<Links
				label="Parts"
				at={tab}
				to={Object.entries(tabs).map(([name, title]) => [
					...([name, title] as const),
					{ ...place, tab: name },
				])}
			/>
			{tab === "timeline" && timeline(one, place, clock)}
			{(tab === "request" || tab === "answer") && exchange(one, place, tab)}
			{tab === "signature" && (
				<Signatures key={one.attempts.length} delivery={one} />
			)}
			<Actions delivery={one} />
			<Copies delivery={one} />
		</section>
	);
}

function about(delivery: Delivery) {
	const { id, event, endpoint, url, reason, held } = delivery;
	const { parent, resent, sign } = delivery;
	const rows: [string, ComponentChildren][] = [
		["Delivery", id],
		["Event", <a href={hrefOf({ query: `event:${event.id}` })}>{event.id}</a>],
		["Endpoint", `${endpoint} ${url}`],
	];
	if (event.call)
		rows.push([
			"Caused by",
			<a href={hrefOf({ delivery: id, calls: event.call })}>
				the call {event.call}
			</a>,
		]);
	if (reason ?? held) rows.push(["Why", reason ?? held]);
	if (sign) rows.push(["Signed", `${sign}, on purpose`]);
	if (parent)
		rows.push([
			`Resent (${resent}) from`,
			<a href={hrefOf({ delivery: parent })}>{parent}</a>,
		]);
	return <Table rows={rows} />;
}

function Actions({ delivery: { id, state } }: Shown) {
	const [found, setFound] = useState<ReplyOf<"explain-delivery">>();
	const params = { id };
	const resend = (mode: "exact" | "resign") => async (api: Api) => {
		const body = { mode, wait: true };
		const made = await api("resend-delivery", { params, body });
		return { delivery: made.id };
	};
	return (
		<>
			{state === "pending" && (
				<Action
					label="Attempt now"
					keys="a"
					command={["attempt", id]}
					run={(api) => api("attempt-delivery", { params })}
				/>
			)}
			<Action
				leads
				label="Resend with the old signature"
				keys="r"
				command={["resend", id, "--exact"]}
				note="The same bytes and headers: is a repeated delivery handled once?"
				run={resend("exact")}
			/>
			<Action
				leads
				label="Resend with a new signature"
				keys="R"
				command={["resend", id, "--resign"]}
				note="The same body, signed now, as the provider's own retries are."
				run={resend("resign")}
			/>
			<a href={hrefOf({ view: "send", from: id })} aria-keyshortcuts="e">
				Edit and send
			</a>
			<Action
				label="Why was it refused?"
				keys="w"
				command={["explain", id]}
				note="To say why, localhook may send it up to 150 times, signed in other ways. The receiver does its work for what it accepts."
				run={async (api) => {
					setFound(await api("explain-delivery", { params }));
					return undefined;
				}}
			/>
			{found && (
				<div role="status">
					<Exact>{found.text}</Exact>
				</div>
			)}
		</>
	);
}

const copies = [
	["curl", "curl"],
	["fetch", "fetch"],
	["vitest", "a Vitest test"],
	["markdown", "Markdown"],
] as const;

function Copies({ delivery: { id } }: Shown) {
	const url = useContext(UrlContext);
	const [text, setText] = useState<string>();
	async function copy(found: string): Promise<undefined> {
		setText(found);
		if (navigator.clipboard === undefined)
			throw new Error("The browser lets no page copy from here: select it.");
		await navigator.clipboard.writeText(found);
	}
	const words = ["resend", id, "--exact"];
	return (
		<details class="script">
			<summary>Copy</summary>
			<Action
				label="Copy the command"
				command={words}
				run={() => copy(commandAt(url, { words }))}
			/>
			{copies.map(([format, title]) => (
				<Action
					key={format}
					label={`Copy as ${title}`}
					command={["export", format, `id:${id}`]}
					run={async (api) => {
						const call = { params: { format }, query: { query: `id:${id}` } };
						return copy(String(await api("export-deliveries", call)));
					}}
				/>
			))}
			{text !== undefined && <Exact>{text}</Exact>}
		</details>
	);
}

interface Shown {
	readonly delivery: Delivery;
}

function timeline(delivery: Delivery, place: Place, clock: Data["clock"]) {
	const { attempts, planned = [], state } = delivery;
	return (
		<ol>
			{attempts.map(({ number, at, ok, response, error, ...attempt }) => (
				<li key={number} class={ok ? "delivered" : "failed"}>
					<Time at={at} />{" "}
					<a href={hrefOf({ ...place, tab: "answer", attempt: `${number}` })}>
						attempt {number}
					</a>
					: {response?.status ?? error?.code}, {attempt.duration} ms
					{attempt.fault && `, fault ${attempt.fault}`}
					<p>{attempt.says ?? error?.message}</p>
				</li>
			))}
			{planned.map((at, index) => {
				const by = `${Math.max(0, Date.parse(at) - Date.parse(clock.now))}ms`;
				return (
					<li key={at} class="pending">
						<Time at={at} /> attempt {attempts.length + 1 + index} is planned
						{clock.mode === "virtual" && (
							<Action
								label="Skip to this time"
								command={["clock", "advance", by]}
								run={(api) => api("advance-clock", { body: { by } })}
							/>
						)}
					</li>
				);
			})}
			{attempts.length + planned.length === 0 && (
				<li>No attempt {state === "pending" ? "yet" : "was made"}.</li>
			)}
		</ol>
	);
}

function exchange(one: Delivery, place: Place, tab: "request" | "answer") {
	const numbers = one.attempts.map(({ number }) => `${number}`);
	const { attempt = numbers.at(-1), beside } = place;
	const shown = [attempt, beside].filter((each) => each !== undefined);
	const to = (name: "attempt" | "beside", title: string) =>
		numbers.map(
			(number) =>
				[number, `${title} ${number}`, { ...place, [name]: number }] as const,
		);
	return (
		<>
			<Links label="Attempts" at={attempt} to={to("attempt", "attempt")} />
			{numbers.length > 1 && (
				<Links label="Beside it" at={beside} to={to("beside", "beside")} />
			)}
			<div class={shown.length > 1 ? "both" : undefined}>
				{(shown.length === 0 ? ["1"] : shown).map((number) => (
					<div key={number}>{sideOf(one, number, tab)}</div>
				))}
			</div>
		</>
	);
}

function sideOf(one: Delivery, number: string, tab: "request" | "answer") {
	const attempt = one.attempts.find((each) => `${each.number}` === number);
	const { response, error } = attempt ?? {};
	const shown =
		tab === "request" ? { ...one, headers: attempt?.headers ?? {} } : response;
	if (shown === undefined)
		return <p>{error?.message ?? "There is no answer yet."}</p>;
	return (
		<>
			<Table
				caption={
					tab === "request"
						? `Attempt ${number}: POST ${attempt?.url ?? one.url}`
						: `Attempt ${number}: ${response?.status} after ${attempt?.duration} ms`
				}
				rows={Object.entries(shown.headers).map(([name, value]) => [
					name,
					String(value),
				])}
			/>
			<Bytes base64={shown.bodyBase64} />
			{"truncated" in shown && shown.truncated && (
				<p>The rest of it was not kept.</p>
			)}
		</>
	);
}
