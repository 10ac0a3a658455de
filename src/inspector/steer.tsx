import { useState } from "preact/hooks";
import { Exact } from "./bytes.tsx";
import type { ListProps } from "./list.tsx";
import type { Data } from "./load.ts";
import { Action, Field, parsedJson, Table } from "./parts.tsx";

export function Steer({ data: { clock, health, steer } }: ListProps) {
	if (steer === undefined) return null;
	const { endpoints, secrets, faults } = steer;
	return (
		<section aria-labelledby="steer">
			<h1 id="steer">Steer</h1>
			<Clock clock={clock} />
			<h2>Endpoints</h2>
			{endpoints.length === 0 && (
				<p>
					None is registered. Register one through the provider's API, or start
					with <code>--receiver</code>.
				</p>
			)}
			{endpoints.map(endpointView)}
			<Secrets secrets={secrets} />
			<Faults key={JSON.stringify(faults.map(planned))} faults={faults} />
			<h2>Start over</h2>
			<p>Forgets records and deliveries, and cancels those that wait.</p>
			{[[], ...health.providers.map((id) => [id])].map(([provider]) => (
				<Action
					key={provider}
					label={`Reset ${provider ?? "everything"}`}
					command={["reset", provider ?? []].flat()}
					run={(api) =>
						api("reset", { body: { ...(provider && { provider }) } })
					}
				/>
			))}
		</section>
	);
}

function Clock({ clock: { mode, pending } }: Pick<Data, "clock">) {
	const [by, setBy] = useState("1h");
	return (
		<>
			<h2>Clock</h2>
			{mode === "real" ? (
				<p>
					It shows the real time. Start with <code>--clock virtual</code> to
					move it: days of retries then take no time.
				</p>
			) : (
				<>
					<label class="script">
						How far: 30s, 10m, 3d or 1h30m{" "}
						<input
							value={by}
							onInput={({ currentTarget }) => setBy(currentTarget.value)}
						/>
					</label>
					<Action
						label="Move the clock forward"
						command={["clock", "advance", by]}
						note="Makes each attempt that falls due on the way."
						run={(api) => api("advance-clock", { body: { by } })}
					/>
					<Action
						label="Skip to the next attempt"
						command={["clock", "next"]}
						run={(api) => api("next-clock")}
					/>
					<Action
						label="Skip until no attempt is due"
						command={["clock", "drain"]}
						note={`${pending} deliveries are pending.`}
						run={(api) => api("drain-clock")}
					/>
				</>
			)}
		</>
	);
}

type Steered = NonNullable<Data["steer"]>;

const outages = [
	["paused", "Pause", "pause", "Deliveries wait until it is resumed."],
	["down", "Take down", "down", "Every attempt fails, and is retried."],
	["none", "Resume", "resume", "Ends either, and enables it again."],
] as const;

function endpointView(endpoint: Steered["endpoints"][number]) {
	const { provider, id, url, enabled, reason, outage, pending } = endpoint;
	const { events = ["all"] } = endpoint;
	const state = enabled ? "enabled" : `disabled: ${reason ?? "switched off"}`;
	const how = outage === "none" ? state : `${state}, ${outage}`;
	const isUsual = enabled && outage === "none";
	return (
		<div key={`${provider} ${id}`}>
			<Table
				rows={[
					["Endpoint", `${provider} ${id}`],
					["URL", url],
					["State", `${how}, ${pending} pending`],
					["Events", events.join(", ")],
				]}
			/>
			{outages
				.filter(([name]) => (name === "none" ? !isUsual : name !== outage))
				.map(([outage, label, command, note]) => (
					<Action
						key={outage}
						label={label}
						command={["endpoint", command, provider, id]}
						note={note}
						run={(api) => {
							const params = { provider, id };
							return api("set-outage", { params, body: { outage } });
						}}
					/>
				))}
		</div>
	);
}

/** What a provider does to a secret, with the fate of the old one. */
const rotations = [
	["roll", "Roll", "The old one goes on for a while."],
	["replace", "Replace", "The old one ends at once."],
] as const;

function Secrets({ secrets }: Pick<Steered, "secrets">) {
	const [values, setValues] = useState(new Map<string, string | undefined>());
	return (
		<>
			<h2>Secrets</h2>
			<Action
				label="Show the secrets"
				command={["secret", "--reveal"]}
				run={async (api) => {
					const query = { reveal: true };
					const { secrets } = await api("list-secrets", { query });
					setValues(
						new Map(secrets.map((each) => [each.fingerprint, each.value])),
					);
					return undefined;
				}}
			/>
			{secrets.map(({ provider, owner, isPrevious, fingerprint }) => (
				<div key={fingerprint}>
					<Table
						rows={[
							["Secret", values.get(fingerprint) ?? fingerprint],
							["Of", `${provider} ${owner}${isPrevious ? ", previous" : ""}`],
						]}
					/>
					{!isPrevious &&
						rotations.map(([action, label, note]) => (
							<Action
								key={action}
								label={label}
								command={["secret", provider, `--${action}`, "--owner", owner]}
								note={note}
								run={(api) => {
									const params = { provider };
									const body = { action, owner };
									return api("rotate-secrets", { params, body });
								}}
							/>
						))}
				</div>
			))}
		</>
	);
}

type Fault = Steered["faults"][number];

/** A fault as it was planned, without what came of it. */
function planned({ drawn: _, applied: __, ...fault }: Fault) {
	return fault;
}

function Faults({ faults }: Pick<Steered, "faults">) {
	const [text, setText] = useState(
		JSON.stringify(faults.map(planned), null, 2),
	);
	return (
		<>
			<h2>Faults</h2>
			<Exact>
				{faults
					.map(({ fault, drawn, applied }) => {
						return `${fault}: drawn ${drawn}, applied ${applied} times`;
					})
					.join("\n") || "No fault is planned."}
			</Exact>
			<Field label="The plan, as JSON" lines={6} value={text} set={setText} />
			<Action
				label="Load this plan"
				command={["faults", "load", "-"]}
				input={text.replaceAll(/\s+/g, " ")}
				run={async (api) =>
					api("plan-faults", { body: { faults: parsedJson("plan", text) } })
				}
			/>
			<Action
				label="Remove all faults"
				command={["faults", "clear"]}
				run={(api) => api("plan-faults", { body: { faults: [] } })}
			/>
		</>
	);
}
