import {
	type ComponentChildren,
	createContext,
	Fragment,
	options,
} from "preact";
import { useContext, useState } from "preact/hooks";
import { piecesOf } from "../printing.ts";
import { type Api, hrefOf, type Place } from "./load.ts";

/** Whatever element has a text, nothing hides in it: what nobody sees, or what turns text around, is shown as its code. */
options.vnode = ({ type, props }) => {
	if (typeof type !== "string" && type !== Fragment) return;
	const { children } = props as { children?: ComponentChildren };
	const given = [children].flat();
	const shown = given.map(marked);
	if (shown.some((each, index) => each !== given[index]))
		Object.assign(props, { children: shown });
};

function marked(child: ComponentChildren): ComponentChildren {
	const pieces = typeof child === "string" ? piecesOf(child) : [];
	return pieces.length < 2
		? child
		: pieces.map((piece, index) =>
				index % 2 === 1 ? <mark>{piece}</mark> : piece,
			);
}

/** What a page does beyond showing. Absent on the server, and where no script runs. */
export interface Live {
	readonly api: Api;
	go(place: Place): void;
	reload(): Promise<void>;
	/** Is read to who listens to the page. */
	say(text: string): void;
}

export const LiveContext = createContext<Live | undefined>(undefined);

export function Problem({ text }: { readonly text: string }) {
	return (
		<p class="problem" role="alert">
			{text}
		</p>
	);
}

/** A time on localhook's clock. */
export function Time({ at }: { readonly at: string }) {
	return (
		<time dateTime={at} title={at}>
			{at.slice(11, 19)}
		</time>
	);
}

interface LinksProps {
	readonly label: string;
	readonly at: string | undefined;
	readonly to: readonly (readonly [
		name: string,
		title: string,
		to: Place,
		key?: string,
	])[];
}

export function Links({ label, at, to }: LinksProps) {
	return (
		<nav aria-label={label}>
			{to.map(([name, title, place, key]) => (
				<a
					key={name}
					href={hrefOf(place)}
					aria-current={name === at ? "page" : undefined}
					aria-keyshortcuts={key}
				>
					{title}
				</a>
			))}
		</nav>
	);
}

interface TableProps {
	readonly caption?: string;
	readonly columns?: readonly string[];
	/** What the first cell names, the others are of. No two have the same name. */
	readonly rows: readonly (readonly [name: string, ...ComponentChildren[]])[];
}

export function Table({ caption, columns, rows }: TableProps) {
	return (
		<table>
			{caption && <caption>{caption}</caption>}
			{columns && (
				<thead>
					<tr>
						{columns.map((title) => (
							<th key={title} scope="col">
								{title}
							</th>
						))}
					</tr>
				</thead>
			)}
			<tbody>
				{rows.map(([name, ...cells]) => (
					<tr key={name}>
						<th scope="row">{name}</th>
						{cells.map((cell) => (
							<td>{cell}</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}

export const UrlContext = createContext("");

const defaultUrl = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):4600$/;

interface CommandProps {
	readonly words: readonly string[];
	readonly input?: string | undefined;
}

/** A command of localhook's, as one types it in a shell to reach this very server. */
export function Command(props: CommandProps) {
	return <code>{commandAt(useContext(UrlContext), props)}</code>;
}

export function commandAt(url: string, { words, input }: CommandProps): string {
	const to = defaultUrl.test(url) ? [] : ["--url", url];
	const given = input === undefined ? "" : `echo ${inShell(input)} | `;
	return given + ["localhook", ...words, ...to].map(inShell).join(" ");
}

function inShell(word: string): string {
	return /^[\w.:/@%+=-]+$/.test(word)
		? word
		: `'${word.replaceAll("'", "'\\''")}'`;
}

interface ActionProps {
	readonly label: string;
	readonly keys?: string;
	/** The words of the command that does the same. */
	readonly command: readonly string[];
	readonly input?: string;
	/** What it is good for, where its label does not say it. */
	readonly note?: string;
	/** What it gives is where to go. Nothing: what is shown is loaded anew. */
	run(api: Api): Promise<object | undefined>;
	readonly leads?: true;
}

/** A button, with the command that does the same; where no script runs, the command alone. */
export function Action({
	label,
	keys,
	command,
	input,
	note,
	run,
	leads,
}: ActionProps) {
	const live = useContext(LiveContext);
	const [problem, setProblem] = useState<string>();
	const [isBusy, setBusy] = useState(false);
	async function act({ api, say, go, reload }: Live): Promise<void> {
		setBusy(true);
		setProblem(undefined);
		try {
			const place = await run(api);
			say(`${label}: done`);
			if (leads && place) go(place);
			else await reload();
		} catch (error) {
			setProblem((error as Error).message);
		}
		setBusy(false);
	}
	return (
		<div class="action">
			{live && (
				<button
					type="button"
					aria-keyshortcuts={keys}
					disabled={isBusy}
					onClick={() => act(live)}
				>
					{label}
				</button>
			)}
			<Command words={command} input={input} />
			{note && <small>{note}</small>}
			{problem !== undefined && <Problem text={problem} />}
		</div>
	);
}

interface FieldProps {
	readonly label: string;
	readonly value: string;
	readonly lines?: number;
	set(value: string): void;
}

export function Field({ label, value, lines = 1, set }: FieldProps) {
	return (
		<label class="script">
			{label}
			<textarea
				rows={lines}
				spellcheck={false}
				value={value}
				onInput={({ currentTarget }) => set(currentTarget.value)}
			/>
		</label>
	);
}

/** @throws Error that says what is wrong with it */
export function parsedJson(name: string, text: string) {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new Error(
			`Invalid ${name}: it is no JSON (${(error as Error).message}). Correct it, and try again.`,
		);
	}
}
