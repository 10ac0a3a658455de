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

/** Any event of the catalogue, with its payload to edit. The server checks it, and says what is wrong. */
export function Send({ place, data: { providers = [], one } }: ListProps) {
	const live = useContext(LiveContext);
	const from = one && "event" in one ? one : undefined;
	const id = place.provider ?? from?.event.provider;
	const provider = providers.find((each) => each.id === id) ?? providers[0];
	const name = provider?.id ?? "";
	const types = provider?.events.map((each) => each.type) ?? [];
	const type = place.type ?? from?.event.type ?? types[0] ?? "";
	const [payload, setPayload] = useState(from?.body ?? "");
	const [sign, setSign] = useState("right");
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
		const to = from ? { endpoint: from.endpoint } : {};
		const body = { ...event, ...wrongly, ...to, wait: true };
		const sent = await api("send-event", { body });
		if ("deliveries" in sent && sent.deliveries[0])
			return { delivery: sent.deliveries[0].id };
		throw new Error(sent.note);
	}
	const flags = sign === "right" ? [] : ["--sign", sign];
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
			<label class="script">
				Signature{" "}
				<select
					value={sign}
					onChange={({ currentTarget }) => setSign(currentTarget.value)}
				>
					{ways.map((each) => (
						<option key={each}>{each}</option>
					))}
				</select>
			</label>
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
