import type { ListProps } from "./list.tsx";
import { hrefOf } from "./load.ts";
import { Time } from "./parts.tsx";

const most = 30;

/** Calls of the providers' APIs, newest first, with what they led to. One may be named, wherever it is. */
export function Calls({ place, data: { entries } }: ListProps) {
	if (entries === undefined) return null;
	const events = entries.filter((entry) => entry.kind === "event");
	const all = entries.filter((entry) => entry.kind === "call").reverse();
	const isNamed = ({ id }: { readonly id: string }) => id === place.calls;
	const shown = all.filter((call, index) => index < most || isNamed(call));
	return (
		<section aria-labelledby="calls">
			<h2 id="calls">Calls of the API</h2>
			{all.length === 0 && <p>None was made yet.</p>}
			<ul>
				{shown.map((call) => (
					<li key={call.id} aria-current={isNamed(call) ? "true" : undefined}>
						<Time at={call.at} /> {call.provider} {call.method} {call.path}:{" "}
						{call.status}
						{call.fault && `, fault ${call.fault}`}
						{events
							.filter((each) => each.call === call.id)
							.map(({ event, matched }) => (
								<p key={event.id}>
									caused{" "}
									<a
										href={hrefOf({
											query: `event:"${event.id}"`,
											calls: call.id,
										})}
									>
										{event.type}
									</a>
									{matched === 0 && ", which no endpoint wants"}
								</p>
							))}
					</li>
				))}
			</ul>
		</section>
	);
}
