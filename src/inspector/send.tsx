import { useContext, useEffect, useRef, useState } from "preact/hooks";
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
const everybody = "every endpoint that wants it";
/** Fields of a form. A payload of more is edited as JSON. */
const mostFields = 200;

type Texts = Readonly<Record<string, string>>;

/** Any event of the catalogue, with its payload to edit. The server checks it by the schema, and says what is wrong. */
export function Send({ place, data }: ListProps) {
	const { providers = [], one, steer } = data;
	const live = useContext(LiveContext);
	const from = one && "event" in one ? one : undefined;
	const id = place.provider ?? from?.event.provider;
	const provider = providers.find((each) => each.id === id) ?? providers[0];
	const name = provider?.id ?? "";
	const types = provider?.events.map((each) => each.type) ?? [];
	const type = place.type ?? from?.event.type ?? types[0] ?? "";
	const [payload, setPayload] = useState(from?.body ?? "");
	/** What is written in place of the payload; undefined: fields of it are set. */
	const [json, setJson] = useState<string>();
	const [set, setSet] = useState<Texts>({});
	const [sign, setSign] = useState("right");
	const [endpoint, setEndpoint] = useState(from?.endpoint ?? everybody);
	const [problem, setProblem] = useState<string>();
	const checks = useRef(0);

	/** What the server makes of it, before it is sent. */
	function check(changed: Texts): void {
		const given = from && { payload: parsedJson("payload", from.body) };
		const to = "http://127.0.0.1";
		const body = { provider: name, type, ...given, set: changed, to };
		const number = ++checks.current;
		live?.api("send-event", { body: { ...body, dryRun: true } }).then(
			(shown) => {
				// What was typed since then is checked by a later one.
				if (number !== checks.current) return;
				const [first] = "requests" in shown ? shown.requests : [];
				setPayload(first?.body ?? "");
				setProblem(undefined);
			},
			({ message }: Error) => {
				if (number === checks.current) setProblem(message);
			},
		);
	}
	useEffect(() => {
		if (from === undefined) check({});
	}, [live, from, name, type]);

	async function send(api: Api) {
		const whole = json ?? from?.body;
		const body = {
			...{ provider: name, type, wait: true },
			...(whole !== undefined && { payload: parsedJson("payload", whole) }),
			...(json === undefined && { set }),
			...(sign !== "right" && { sign }),
			...(endpoint !== everybody && { endpoint }),
		};
		const sent = await api("send-event", { body });
		if ("deliveries" in sent && sent.deliveries[0])
			return { delivery: sent.deliveries[0].id };
		throw new Error(sent.note);
	}
	const changes = json === undefined ? Object.entries(set) : [];
	const flags = [
		...changes.flatMap(([path, text]) => ["--set", `${path}=${text}`]),
		...(sign === "right" ? [] : ["--sign", sign]),
		...(endpoint === everybody ? [] : ["--endpoint", endpoint]),
	];
	const known = steer?.endpoints.filter((each) => each.provider === name) ?? [];
	// One that is gone by now is still where the delivery went.
	const to = new Set([everybody, endpoint, ...known.map(({ id }) => id)]);
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
			{json === undefined ? (
				form(payload, set, setSet, check)
			) : (
				<Field label="Payload" lines={14} value={json} set={setJson} />
			)}
			{json === undefined && live && (
				<button type="button" onClick={() => setJson(payload)}>
					Edit as JSON, which is not checked
				</button>
			)}
			{choice("Signature", ways, sign, setSign)}
			{choice("Endpoint", [...to], endpoint, setEndpoint)}
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

/** @param set what was typed, by path, right or wrong */
function form(
	payload: string,
	set: Texts,
	type: (changed: Texts) => void,
	check: (changed: Texts) => void,
) {
	let fields: ReturnType<typeof fieldsOf> = [];
	try {
		if (payload !== "") fields = fieldsOf(JSON.parse(payload));
	} catch {
		return <p>This payload is no JSON, so it has no fields to set.</p>;
	}
	return (
		<div class="script">
			{fields.slice(0, mostFields).map(([path, text]) => (
				<label key={path} class="line">
					{path}{" "}
					<input
						value={set[path] ?? text}
						onInput={({ currentTarget: { value } }) =>
							type({ ...set, [path]: value })
						}
						onChange={() => check(set)}
					/>
				</label>
			))}
			{fields.length > mostFields && (
				<p>{fields.length - mostFields} more fields are not shown.</p>
			)}
		</div>
	);
}

/** The values of a payload as texts, by the paths that `--set` takes. */
function fieldsOf(value: unknown, path = ""): [path: string, text: string][] {
	if (typeof value !== "object" || value === null)
		return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
	return Object.entries(value).flatMap(([name, each]) => {
		const step = Array.isArray(value) ? `[${name}]` : `.${name}`;
		return fieldsOf(each, (path + step).replace(/^\./, ""));
	});
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
