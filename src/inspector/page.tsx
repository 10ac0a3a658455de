import { Calls } from "./calls.tsx";
import { DeliveryView } from "./delivery.tsx";
import { List, type ListProps } from "./list.tsx";
import { hrefOf, placeOf } from "./load.ts";
import { Action, Links, Problem, Time, UrlContext } from "./parts.tsx";
import { Providers } from "./providers.tsx";
import { Send } from "./send.tsx";
import { Steer } from "./steer.tsx";

/** Each view with its title and the key that opens it. */
const views = {
	list: ["Deliveries", "d", List],
	send: ["Send an event", "s", Send],
	steer: ["Steer", "t", Steer],
	providers: ["Providers", "p", Providers],
} as const;

interface PageProps extends ListProps {
	/** Of localhook, as who looks at the page reaches it. */
	readonly url: string;
	readonly error?: string | undefined;
	/** Not, where the data is still that of the place before. */
	readonly isLoaded?: boolean;
}

export function Page({ url, error, isLoaded = true, ...shown }: PageProps) {
	const { place, data } = shown;
	const { view, delivery } = place;
	const { clock, health } = data;
	const { due, mode } = clock;
	const [, , View] = views[view ?? "list"];
	return (
		<UrlContext.Provider value={url}>
			<header>
				<a href="#main" class="skip">
					Skip to the content
				</a>
				{delivery || view ? <b>localhook</b> : <h1>localhook</h1>}
				<Links
					label="Views"
					at={view ?? "list"}
					to={Object.entries(views).map(([name, [title, key]]) => [
						...([name, title] as const),
						placeOf(name === "list" ? "" : `view=${name}`),
						key,
					])}
				/>
				<span>
					<Time at={clock.now} /> on the {mode} clock
				</span>
				{due && (
					<a href={hrefOf({ delivery: due.delivery })}>
						attempt {due.attempt} is due at <Time at={due.at} />
					</a>
				)}
				{due && mode === "virtual" && (
					<Action
						label="Skip to it"
						keys="]"
						command={["clock", "next"]}
						run={(api) => api("next-clock")}
					/>
				)}
			</header>
			{error !== undefined && <Problem text={error} />}
			<main id="main" class={delivery && "both"}>
				{isLoaded ? (
					<>
						<View key={view && JSON.stringify(place)} {...shown} />
						{delivery && !view && <DeliveryView key={delivery} {...shown} />}
						<Calls {...shown} />
					</>
				) : (
					<p>This is shown as soon as localhook answers.</p>
				)}
			</main>
			<footer>
				localhook {health.version}. Ids and secrets come from the seed "
				{health.seed}": the same seed makes the same ones again.
				<span class="script">
					{" "}
					<kbd>?</kbd> lists the keys of what is shown.
				</span>
			</footer>
		</UrlContext.Provider>
	);
}
