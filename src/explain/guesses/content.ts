import type { Message, Part } from "../../contract/signing.ts";
import { advice } from "../../generated/advice.ts";
import { type Cause, type Row, replacedBy } from "../advice.ts";
import { type Guess, type Known, rightHeaders, withPart } from "../guess.ts";

export function formula(parts: readonly Part[]): string {
	return parts
		.map(({ name, value }) => name ?? JSON.stringify(value))
		.join(" + ");
}

const separators = ["", ".", ":", "\n", "|", "-", ",", " ", "&", "_"];

export function guessContent({ signer }: Known, sample: Message): Guess[] {
	const own = signer.recipe(sample)?.signatures[0]?.parts;
	if (own === undefined) return [];
	const right = formula(own);
	const guesses = new Map<string, Guess>();

	function add(cause: Cause, parts: readonly Part[], rare = false) {
		const what = formula(parts);
		if (guesses.has(what) || what === right || what === "") return;
		guesses.set(what, {
			cause,
			what: `${what}, in place of ${right}`,
			words: { content: right },
			rare,
			content: (found, message) =>
				parts.map((part) => chunkOf(part, found, message, signer)),
		});
	}

	const named = own.filter(({ name }) => name !== undefined);
	const body = named.find(({ name }) => name?.startsWith("body"));
	const isAlone = named.length === 1;
	const lead = own.slice(0, own[0]?.name === undefined ? 1 : 0);
	const between = own
		.slice(lead.length)
		.filter(({ name }) => name === undefined);

	if (body !== undefined)
		add(
			"content-missing",
			own.filter((part) => part === body || part.name === "secret"),
		);
	for (const order of ordersOf(named))
		add("content-order", [...lead, ...joinedBy(order, between)]);
	if (lead.length > 0) add("content-missing", own.slice(1));
	for (const left of named)
		if (left !== body && left.name !== "secret" && named.length > 2)
			add("content-missing", [
				...lead,
				...joinedBy(
					named.filter((part) => part !== left),
					between,
				),
			]);
	for (const [i, value] of separators.entries()) {
		const other = named.map(() => ({ value }));
		add("content-separator", [...lead, ...joinedBy(named, other)], i > 3);
		add("content-separator", joinedBy(named, other), true);
		if (named.length === 2)
			add("content-order", joinedBy([...named].reverse(), other), true);
	}
	if (isAlone && body !== undefined)
		for (const extra of besideBody(signer, sample, own))
			for (const order of [
				joinedBy([extra, body], between),
				[extra, { value: "." }, body],
				[body, extra],
			])
				add("content-added", order, extra.name !== "timestamp");
	return [...guesses.values()];
}

function chunkOf(
	{ name, value }: Part,
	found: readonly Part[],
	message: Message,
	signer: Known["signer"],
): string | Uint8Array {
	if (name === undefined) return value;
	if (name === "url" || name === "method") return message[name];
	return (
		found.find((part) => part.name === name)?.value ??
		rightHeaders(signer, message)?.[name] ??
		""
	);
}

function joinedBy(
	named: readonly Part[],
	between: readonly Part[],
): readonly Part[] {
	return named.flatMap((part, i) => {
		const separator = between[i - 1];
		return separator?.value ? [separator, part] : [part];
	});
}

/** Every order but the right one; of more than three, that of the end first. */
function ordersOf(named: readonly Part[]): readonly (readonly Part[])[] {
	if (named.length > 3) return [[...named].reverse()];
	if (named.length < 2) return [named];
	return named.flatMap((first) =>
		ordersOf(named.filter((part) => part !== first)).map((rest) => [
			first,
			...rest,
		]),
	);
}

/** Other spellings of a URL that is signed. @param called where the request went, if that is another one */
export function guessUrl({ signer, called }: Known, sample: Message): Guess[] {
	const own = signer.recipe(sample)?.signatures[0]?.parts ?? [];
	if (!own.some(({ name }) => name === "url")) return [];
	return (advice.urls as readonly Row<"Url">[]).map((row) => ({
		cause: "url-other",
		what: row.what,
		content(parts, { url }) {
			const read = URL.parse(url);
			const other =
				read && (row.pattern ? replacedBy(row, read.href) : called?.());
			return other ? withPart(parts, "url", other) : undefined;
		},
	}));
}

/** What a receiver may take along that does not belong there: the time, the id, the URL. */
function besideBody(
	signer: Known["signer"],
	sample: Message,
	own: readonly Part[],
): Part[] {
	const taken = new Set(own.map(({ name }) => name));
	const found = Object.keys(rightHeaders(signer, sample) ?? {}).filter(
		(name) => name !== signer.header && /time|[-_]id$/i.test(name),
	);
	return [
		...found.map((name) => ({ name, value: "" })),
		{ name: "url", value: "" },
		{ name: "method", value: "" },
	].filter(({ name }) => !taken.has(name));
}
