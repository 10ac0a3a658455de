import { type ComponentChildren, createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import { type Api, hrefOf, type Place } from "./load.ts";

/** What a page does beyond showing. Absent on the server, and where no script runs. */
export interface Live {
	readonly api: Api;
	go(place: Place): void;
	/** Loads what is shown anew. */
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
	/** The name of the one that is shown. */
	readonly at: string | undefined;
	readonly to: readonly (readonly [name: string, title: string, Place])[];
}

export function Links({ label, at, to }: LinksProps) {
	return (
		<nav aria-label={label}>
			{to.map(([name, title, place]) => {
				const current = name === at ? "page" : undefined;
				return (
					<a key={name} href={hrefOf(place)} aria-current={current}>
						{title}
					</a>
				);
			})}
		</nav>
	);
}

interface PairsProps {
	readonly caption?: string;
	readonly rows: readonly (readonly [name: string, ComponentChildren])[];
}

/** Names with what each of them has. */
export function Pairs({ caption, rows }: PairsProps) {
	return (
		<table>
			<caption>{caption}</caption>
			<tbody>
				{rows.map(([name, value]) => (
					<tr key={name}>
						<th scope="row">{name}</th>
						<td>{value}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

interface ActionProps {
	readonly label: string;
	readonly keys?: string;
	/** Does the same in a terminal. */
	readonly command: string;
	/** What it gives is where to go. Nothing: what is shown is loaded anew. */
	run(api: Api): Promise<object | undefined>;
	readonly leads?: true;
}

/** A button, with the command that does the same; where no script runs, the command alone. */
export function Action({ label, keys, command, run, leads }: ActionProps) {
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
			<code>{command}</code>
			{problem !== undefined && <Problem text={problem} />}
		</div>
	);
}

/** Exact text that scrolls: a keyboard has to reach it. */
export function Exact({ children }: { readonly children: ComponentChildren }) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls and has no focus is out of a keyboard's reach
		<pre tabIndex={0}>{children}</pre>
	);
}

export function bytesOf(base64: string): Uint8Array {
	return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}

export function textOf(base64: string): string {
	return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(base64));
}

const forms = ["text", "tree", "hex"] as const;
/** Characters that are put into the page. */
const most = 100_000;

/** Bytes as they are. Text comes first: a signature is about that. */
export function Bytes({ base64 }: { readonly base64: string }) {
	const [form, setForm] = useState<(typeof forms)[number]>("text");
	const bytes = bytesOf(base64);
	const text = form === "hex" ? hexOf(bytes) : textOf(base64);
	return (
		<>
			<p>{bytes.length} bytes</p>
			<p class="script">
				{forms.map((each) => (
					<button
						key={each}
						type="button"
						aria-pressed={each === form}
						onClick={() => setForm(each)}
					>
						{each}
					</button>
				))}
			</p>
			{form === "tree" ? tree(text) : <Exact>{text.slice(0, most)}</Exact>}
			{form !== "tree" && text.length > most && (
				<p>{text.length - most} more characters are not shown.</p>
			)}
		</>
	);
}

function hexOf(bytes: Uint8Array): string {
	const lines: string[] = [];
	for (let at = 0; at < Math.min(bytes.length, most / 5); at += 16) {
		const line = [...bytes.subarray(at, at + 16)];
		const hex = line.map((each) => each.toString(16).padStart(2, "0"));
		const text = String.fromCharCode(...line).replace(/[^ -~]/g, ".");
		const place = at.toString(16).padStart(6, "0");
		lines.push(`${place}  ${hex.join(" ").padEnd(47)}  ${text}`);
	}
	return lines.join("\n");
}

function tree(text: string) {
	try {
		return <Tree value={JSON.parse(text)} />;
	} catch (error) {
		return <p>It is no JSON: {(error as Error).message}</p>;
	}
}

interface TreeProps {
	/** Absent: it is the whole. */
	readonly name?: string;
	readonly value: unknown;
}

function Tree({ name, value }: TreeProps) {
	const [isOpen, setOpen] = useState(name === undefined);
	if (typeof value !== "object" || value === null)
		return (
			<p>
				{name} <code>{JSON.stringify(value)}</code>
			</p>
		);
	const members = Object.entries(value);
	return (
		<details
			open={isOpen}
			onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
		>
			<summary>
				{name} {Array.isArray(value) ? "list" : "object"} of {members.length}
			</summary>
			{isOpen &&
				members.map(([key, each]) => (
					<Tree key={key} name={key} value={each} />
				))}
		</details>
	);
}
