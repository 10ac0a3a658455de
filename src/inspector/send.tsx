import { useContext, useEffect, useState } from "preact/hooks";
import type { ListProps } from "./list.tsx";
import type { Api } from "./load.ts";
import {
	Action,
	Field,
	Links,
	LiveContext,
	Problem,
	parsedJson,
} from "./parts.tsx";

/** The ways to sign that every provider has: rightly first, wrongly on purpose then. */
const ways = [
	...["right", "none", "wrong-secret", "previous-secret", "tampered-body"],
	...["stale:10m", "future:10m", "garbage", "truncated", "other-provider"],
];

const everybody = "every one that wants it";

/** Any event of the catalogue, with its payload to edit. The server checks it, and says what is wrong. */
export function Send({
	place,
	data: { providers = [], one, steer },
}: ListProps) {
	const live = useContext(LiveContext);
	const from = one && "event" in one ? one : undefined;
	const id = place.provider ?? from?.event.provider;
	const provider = providers.find((each) => each.id === id) ?? providers[0];
	const name = provider?.id ?? "";
	const types = provider?.events.map((each) => each.type) ?? [];
	const type = place.type ?? from?.event.type ?? types[0] ?? "";
	const [payload, setPayload] = useState(from?.body ?? "");
	const [sign, setSign] = useState("right");
	const [endpoint, setEndpoint] = useState(from?.endpoint ?? everybody);
	const [problem, setProblem] = useState<string>();
	useEffect(() => {
		if (live === undefined || from !== undefined) return;
		const body = { provider: name, type, dryRun: true, to: "http://127.0.0.1" };
		live.api("send-event", { body }).then(
			(shown) =>
				setPayload(("requests" in shown && shown.requests[0]?.body) || ""),
			(error: Error) => setProblem(error.message),
		);
	}, [live, from, name, type]);

	async function send(api: Api) {
		const event = {
			provider: name,
			type,
			payload: parsedJson("payload", payload),
		};
		const wrongly = sign === "right" ? {} : { sign };
		const to = endpoint === everybody ? {} : { endpoint };
		const body = { ...event, ...wrongly, ...to, wait: true };
		const sent = await api("send-event", { body });
		if ("deliveries" in sent && sent.deliveries[0])
			return { delivery: sent.deliveries[0].id };
		throw new Error(sent.note);
	}
	const flags = [
		...(sign === "right" ? [] : ["--sign", sign]),
		...(endpoint === everybody ? [] : ["--endpoint", endpoint]),
	];
	const known = steer?.endpoints.filter((each) => each.provider === name) ?? [];
	return (
		<section aria-labelledby="send">
			<h1 id="send">Send an event</h1>
			<Links
				label="Providers"
				at={name}
				to={providers.map((each) => [
					...([each.id, each.title] as const),
					{ view: "send", provider: each.id },
				])}
			/>
			<Links
				label="Event types"
				at={type}
				to={types.map((each) => [
					...([each, each] as const),
					{ view: "send", provider: name, type: each },
				])}
			/>
			<Field label="Payload" lines={14} value={payload} set={setPayload} />
			{choice("Signature", ways, sign, setSign)}
			{choice(
				"Endpoint",
				[everybody, ...known.map(({ id }) => id)],
				endpoint,
				setEndpoint,
			)}
			<Action
				leads
				label="Send"
				command={["send", name, type, ...flags]}
				run={send}
			/>
			{problem !== undefined && <Problem text={problem} />}
		</section>
	);
}

function choice(
	label: string,
	of: readonly string[],
	value: string,
	choose: (value: string) => void,
) {
	return (
		<label class="script">
			{label}{" "}
			<select
				value={value}
				onChange={({ currentTarget }) => choose(currentTarget.value)}
			>
				{of.map((each) => (
					<option key={each}>{each}</option>
				))}
			</select>
		</label>
	);
}
