import { createParser } from "eventsource-parser";
import { hydrate, render } from "preact";
import { controlPaths } from "../generated/control-paths.ts";
import { listenForKeys } from "./keys.ts";
import {
	type Api,
	type Call,
	type Data,
	hrefOf,
	load,
	placeOf,
} from "./load.ts";
import { Page } from "./page.tsx";
import { type Live, LiveContext } from "./parts.tsx";

const root = document.getElementById("page") as HTMLElement;
const said = document.getElementById("said") as HTMLElement;

const kept = "localhook-token";
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given !== null) {
	// For this tab alone, so that it can be loaded anew.
	sessionStorage.setItem(kept, given);
	// A fragment never reaches a server. It leaves the address at once, so that nobody copies it by accident.
	history.replaceState(null, "", location.pathname + location.search);
}
const token = sessionStorage.getItem(kept);

const url = (location.origin + location.pathname).replace(/\/$/, "");

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
	const headers = new Headers(init.headers);
	if (token !== null) headers.set("x-localhook-token", token);
	const response = await fetch(`./_localhook${path}`, { ...init, headers });
	if (response.ok) return response;
	const { detail } = await response.json();
	throw new Error(detail);
}

const api = (async (id, { params = {}, query, body }: Call = {}) => {
	const [method = "", path = ""] = controlPaths[id].split(" ");
	const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
		encodeURIComponent(params[name] ?? ""),
	);
	const search = new URLSearchParams(query as Record<string, string>);
	const response = await ask(`${filled}?${search}`, {
		method,
		...(body && {
			body: JSON.stringify(body),
			headers: { "content-type": "application/json" },
		}),
	});
	const type = response.headers.get("content-type") ?? "";
	return type.includes("json") ? response.json() : response.text();
}) as Api;

let place = placeOf(location.search);
/** What the data is of, as it stands in the address. */
let loaded = location.search;
let data: Data | null = JSON.parse(
	document.getElementById("data")?.textContent ?? "null",
);
let error: string | undefined;
/** What gets the focus as soon as it is there. */
let toFocus: string | undefined;

const live: Live = {
	api,
	go(to) {
		history.pushState(null, "", hrefOf(to));
		void show();
	},
	reload: () => show(),
	say(text) {
		said.textContent = text;
	},
};

/** Somebody asked for what is loaded now: the list need not stand still. */
let mayMove = false;

async function show(isAsked = true): Promise<void> {
	const before = place;
	const { search } = location;
	const wanted = placeOf(search);
	place = wanted;
	mayMove ||= isAsked;
	if (isAsked) toFocus = undefined;
	try {
		const stands = !mayMove && !wanted.before && isLookedAt();
		const first = stands ? data?.list.deliveries[0]?.id : undefined;
		const found = await load(api, wanted, first);
		// Who went on meanwhile is shown something else.
		if (place !== wanted) return;
		if (data === null) root.replaceChildren();
		mayMove = false;
		data = found;
		loaded = search;
		error = undefined;
	} catch (problem) {
		error = (problem as Error).message;
		// There is no page yet to say it in.
		if (data === null) root.textContent = error;
	}
	// On the delivery that was opened; back on its row when it was closed.
	if (place.delivery !== before.delivery)
		toFocus = place.delivery
			? "#delivery"
			: `[data-id="${CSS.escape(before.delivery ?? "")}"]`;
	draw(live);
}

function draw(value?: Live): void {
	if (data === null) return;
	const page = (
		<LiveContext.Provider value={value}>
			<Page
				{...{ url, place, data, error }}
				isLoaded={loaded === location.search}
			/>
		</LiveContext.Provider>
	);
	if (value === undefined) {
		hydrate(page, root);
		return;
	}
	render(page, root);
	const found = toFocus && document.querySelector<HTMLElement>(toFocus);
	if (!found) return;
	found.focus();
	toFocus = undefined;
}

/** A list that somebody reads must not move. */
function isLookedAt(): boolean {
	const isChosen = document.activeElement?.matches("[data-id]");
	return (
		isChosen || !!place.delivery || !!document.querySelector(".rows")?.scrollTop
	);
}

let isWaiting = false;

/** Loads what is shown anew, a few times a second at most: all of it then says the same. */
function happened(): void {
	if (isWaiting) return;
	isWaiting = true;
	setTimeout(async () => {
		isWaiting = false;
		await show(false);
		const { unseen = 0 } = data?.list ?? {};
		if (unseen > 0) live.say(`${unseen} new deliveries`);
	}, 250);
}

/** A browser has six connections to a server for all of its tabs, so one that nobody sees keeps none. */
function untilHidden(): AbortSignal {
	const hidden = new AbortController();
	const look = () => document.hidden && hidden.abort();
	const { signal } = hidden;
	document.addEventListener("visibilitychange", look, { signal });
	return signal;
}

/** Follows the journal from its newest entry on; after a break, from where it was. */
async function follow(): Promise<void> {
	let last = "";
	const parser = createParser({
		onEvent({ id = "" }) {
			last = id;
			happened();
		},
	});
	for (;;) {
		try {
			const headers = last === "" ? {} : { "last-event-id": last };
			const init = { headers, signal: untilHidden() };
			const { body } = await ask("/journal/stream", init);
			// What happened before anybody listened.
			void show(false);
			for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? [])
				parser.feed(text);
		} catch {
			if (!document.hidden)
				error = "localhook does not answer. The page goes on when it does.";
			draw(live);
		}
		parser.reset();
		do await new Promise((resolve) => setTimeout(resolve, 1000));
		while (document.hidden);
	}
}

/** A link to another place of this page needs no answer of the server but the data. */
function followLink(event: MouseEvent): void {
	const link = (event.target as Element).closest?.("a");
	const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey);
	if (!link?.getAttribute("href")?.startsWith("./") || !isPlain) return;
	event.preventDefault();
	live.go(placeOf(link.search));
}

document.documentElement.classList.add("live");
addEventListener("popstate", () => show());
document.addEventListener("click", followLink);
listenForKeys(() => {
	if (place.delivery)
		live.go({ ...place, delivery: undefined, tab: undefined });
});
draw();
await show();
// Without a right token there is nothing to follow.
if (data !== null) void follow();
