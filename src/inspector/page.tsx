import { DeliveryView } from "./delivery.tsx";
import { List, type ListProps } from "./list.tsx";
import { hrefOf } from "./load.ts";
import { Action, Problem, Time } from "./parts.tsx";
import { Send } from "./send.tsx";

/** All that is in the page's body. */
export function Page(
	shown: ListProps & { readonly error?: string | undefined },
) {
	const { place, data, error } = shown;
	const { clock, health } = data;
	const { due, mode } = clock;
	const isSend = place.view === "send";
	return (
		<>
			<header>
				<a href="#main" class="skip">
					Skip to the content
				</a>
				{place.delivery || isSend ? (
					<a href="./">localhook</a>
				) : (
					<h1>localhook</h1>
				)}
				<a href={hrefOf({ view: "send" })} aria-keyshortcuts="s">
					Send an event
				</a>
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
						label="Turn the clock to it"
						keys="]"
						command="localhook clock next"
						run={(api) => api("next-clock")}
					/>
				)}
			</header>
			{error !== undefined && <Problem text={error} />}
			<main id="main" class={place.delivery && "both"}>
				{isSend ? (
					<Send key={JSON.stringify(place)} {...shown} />
				) : (
					<List {...shown} />
				)}
				{place.delivery && <DeliveryView key={place.delivery} {...shown} />}
			</main>
			<footer>
				localhook {health.version}, seed "{health.seed}".
				<span class="script">
					{" "}
					<kbd>?</kbd> lists the keys.
				</span>
			</footer>
		</>
	);
}
