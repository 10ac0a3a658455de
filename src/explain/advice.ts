import type { AttemptResponse } from "../contract/records.ts";
import { advice, type components } from "../generated/advice.ts";

/** What was found about a receiver. docs/receivers.md has a section for each. */
export type Cause = keyof typeof advice.causes;

type Rows = components["schemas"];
/** A row of a table of fixtures/advice.yaml, as fixtures/advice-rows.yaml describes it. */
export type Row<Table extends keyof Rows> = Rows[Table] &
	("cause" extends keyof Rows[Table] ? { readonly cause: Cause } : unknown);

export type Language = keyof typeof advice.languages;

export type Words = Readonly<Record<string, string>>;

export const languageNames = Object.keys(advice.languages) as Language[];

/** What to do about a cause, in a language where there is advice in it. @param words what stands in braces */
export function adviceOn(
	cause: Cause,
	words: Words = {},
	language?: Language,
): string {
	const texts: Readonly<Record<string, string>> = advice.causes[cause];
	const { instead = "" } = texts;
	const own = language === undefined ? undefined : texts[language];
	const text =
		own === undefined || own === instead ? instead : `${instead} ${own}`;
	return filled(text, words);
}

export function verbOf(cause: Cause): string {
	const { verb = "hashes" }: Words = advice.causes[cause];
	return verb;
}

export type Sentence = keyof typeof advice.sentences;

/** What is said beside the advice. @param words what stands in braces */
export function sentence(name: Sentence, words: Words = {}): string {
	return filled(advice.sentences[name], words);
}

export function filled(text: string, words: Words = {}): string {
	return text.replaceAll(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);
}

/** The language that an answer with this page gives away; undefined: it gives away none. */
export function languageOf(
	{ headers }: AttemptResponse,
	page: string,
): Language | undefined {
	const lines = Object.entries(headers)
		.flatMap(([name, values]) =>
			[values].flat().map((value) => `${name}: ${value}`),
		)
		.join("\n");
	return languageNames.find((name) => {
		const { header, body } = advice.languages[name];
		return new RegExp(header, "im").test(lines) || new RegExp(body).test(page);
	});
}

export const leftCauses = advice.left as readonly Row<"Left">[];

export function replacedBy(
	{ pattern = "", by = "" }: Pick<Row<"Key">, "pattern" | "by">,
	text: string,
): string {
	return text.replaceAll(new RegExp(pattern, "gsu"), () => by);
}
