import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

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
