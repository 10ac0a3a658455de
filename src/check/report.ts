import { formatDuration } from "../duration.ts";
import { printableLine, wrapped } from "../printing.ts";
import type { Result } from "./result.ts";
import type { Checked } from "./run-check.ts";

/** What a check came to, in figures. */
export interface Summary {
	/** Of the provider or the scheme. */
	readonly name: string;
	readonly url: string;
	readonly ok: boolean;
	readonly failures: number;
	readonly warnings: number;
	/** Not looked at. */
	readonly unknown: number;
	readonly passed: number;
	/** Requests that were sent, and those that were accepted. */
	readonly deliveries: number;
	readonly accepted: number;
	/** Milliseconds. */
	readonly duration: number;
	/** Why not all checks were made; absent: they were. */
	readonly ended?: string;
}

type Paint = (text: string) => string;
/** Those of picocolors. */
export type Paints = Readonly<
	Record<"bold" | "dim" | "green" | "red" | "yellow", Paint>
>;
const plain: Paint = (text) => text;
export const noPaints: Paints = {
	bold: plain,
	dim: plain,
	green: plain,
	red: plain,
	yellow: plain,
};

const width = 80;
const column = 22;

/** Where the rule behind a result is written down. */
export function rulesOf({ id }: Pick<Result, "id">): string {
	return `docs/receivers.md#${id.replaceAll(".", "").toLowerCase()}`;
}

function isCauseOf({ id }: Result): boolean {
	return id.startsWith("cause.") || id === "header.lookup";
}

export function summaryOf(
	{ results, ended }: Checked,
	strict: boolean,
	figures: Pick<
		Summary,
		"name" | "url" | "deliveries" | "accepted" | "duration"
	>,
): Summary {
	const count = (outcome: Result["outcome"]) =>
		results.filter((result) => result.outcome === outcome).length;
	const [failures, warnings, unknown] = [
		count("fail"),
		count("warn"),
		count("unknown"),
	];
	return {
		...figures,
		ok: failures === 0 && !(strict && warnings + unknown > 0),
		failures,
		warnings,
		unknown,
		passed: count("pass"),
		...(ended && { ended: ended.message }),
	};
}

/** The report for people: a line for each passed group, several for whatever is wrong. In 80 columns. */
export function createTextReport({ bold, dim, green, red, yellow }: Paints) {
	/** A cause was told of, and the next check is made all the same. */
	let signed = false;
	let group: { name: string; passed: number; all: number } | undefined;
	const marks = { fail: red("✗"), warn: yellow("!"), pass: green("✓") };

	/** A first word in a column of its own, the rest beside it. */
	function block(mark: string, head: string, text: string): string {
		return beside(`  ${mark} ${bold(head)}`, 4, head.length, column, text);
	}
	function detail(name: string, text: string): string {
		return dim(beside(`    ${name}`, 4, name.length, 7, text));
	}
	function flush(): string {
		const done = group;
		group = undefined;
		if (done === undefined || done.passed === 0) return "";
		return block(marks.pass, done.name, `${done.passed} of ${done.all}`);
	}
	function wrongLines(result: Result): string {
		const { id, outcome, got, sure, fix, sent, basis, source } = result;
		const isCause = isCauseOf(result);
		const said = isCause ? `${sure}: ${got}` : got;
		const mark = outcome === "warn" ? marks.warn : marks.fail;
		const lines = [block(mark, id, said)];
		if (!isCause) lines.push(detail("sent", sent));
		if (fix !== undefined) lines.push(detail("fix", fix));
		lines.push(
			detail(
				"rule",
				[rulesOf(result), basis, source].filter(Boolean).join(", "),
			),
		);
		return lines.join("");
	}
	return {
		/** @returns text that may be empty: a group is told of once it is over */
		tell(result: Result): string {
			const isCause = isCauseOf(result);
			let before = group?.name === result.group ? "" : flush();
			if (isCause) signed = true;
			else if (signed && result.outcome !== "unknown") {
				before += `  · the checks below are made with deliveries signed as it expects\n`;
				signed = false;
			}
			group ??= { name: result.group, passed: 0, all: 0 };
			const { outcome, id, got, expected } = result;
			if (outcome === "unknown") return before;
			group.all++;
			if (outcome !== "pass") return before + wrongLines(result);
			group.passed++;
			return got === expected ? before : before + block("ℹ", id, got);
		},
		/** @param results all of them */
		end(results: readonly Result[], summary: Summary): string {
			const lines = [flush()];
			const reasons = new Map<string, string[]>();
			for (const { id, outcome, got } of results)
				if (outcome === "unknown")
					reasons.set(got, [...(reasons.get(got) ?? []), id]);
			for (const [why, ids] of reasons)
				lines.push(block("?", "not looked at", `${ids.join(", ")}: ${why}`));
			lines.push(
				block("ℹ", "constant time", "cannot be seen from outside"),
				"\n",
				...wrapped(figuresOf(summary).split(" "), width - 2).map(
					(line) => `  ${(summary.ok ? green : red)(line)}\n`,
				),
			);
			if (summary.ended !== undefined)
				lines.push(`  ended early: ${printableLine(summary.ended)}\n`);
			return lines.join("");
		},
	};
}

/**
 * A left column and lines of text beside it.
 *
 * @param left may be coloured: `indent` and `length` are how wide it is
 */
function beside(
	left: string,
	indent: number,
	length: number,
	column: number,
	text: string,
): string {
	const start = indent + Math.max(length, column) + 1;
	const words = printableLine(text).split(" ");
	const lines = wrapped(words, width - start);
	const gap = " ".repeat(start - indent - length);
	return `${left}${gap}${lines.join(`\n${" ".repeat(start)}`)}\n`;
}

function figuresOf(summary: Summary): string {
	const { failures, warnings, unknown, passed } = summary;
	const { deliveries, accepted, duration } = summary;
	const outcomes = [
		counted(failures, "failure"),
		counted(warnings, "warning"),
		`${unknown} not looked at`,
		`${passed} passed`,
	].filter((text) => !text.startsWith("0 "));
	return `${outcomes.join(", ")} · ${counted(deliveries, "request")}, ${accepted} accepted · ${formatDuration(duration)}`;
}

export function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** One line of JSON for a result. */
export function resultLine(result: Result): object {
	const [, cause] = /^cause\.(.*)/.exec(result.id) ?? [];
	return {
		type: "check",
		...result,
		...(cause && { cause }),
		rule: rulesOf(result),
	};
}

/** https://github.com/testmoapp/junitxml: a suite of the provider, a case for each check. */
export function junitOf(
	results: readonly Result[],
	summary: Summary,
	strict: boolean,
): string {
	const isFailure = ({ outcome }: Result) =>
		outcome === "fail" || (strict && outcome !== "pass");
	const cases = results.map((result) => {
		const { id, group, outcome, got, fix = "", sent, deliveries } = result;
		const text = [`sent: ${sent}`, `got: ${got}`, fix, rulesOf(result)];
		const inner = isFailure(result)
			? `<failure${attributes({ message: got, type: result.sure })}>${xml(text.join("\n"))}</failure>`
			: outcome === "unknown"
				? `<skipped${attributes({ message: got })}/>`
				: "";
		const out = [
			...(outcome === "warn" ? [`warning: ${got}`, fix] : []),
			...deliveries,
		].join("\n");
		return `    <testcase${attributes({ classname: `${summary.name}.${group}`, name: id })}>${inner}<system-out>${xml(out)}</system-out></testcase>\n`;
	});
	const figures = {
		name: summary.name,
		tests: results.length,
		failures: results.filter(isFailure).length,
		errors: 0,
		skipped: strict ? 0 : summary.unknown,
		time: (summary.duration / 1000).toFixed(3),
	};
	return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite${attributes(figures)}>\n${cases.join("")}  </testsuite>\n</testsuites>\n`;
}

function attributes(values: Readonly<Record<string, unknown>>): string {
	return Object.entries(values)
		.map(([name, value]) => ` ${name}="${xml(String(value))}"`)
		.join("");
}

const entities: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"\n": "&#10;",
};

/** What no XML 1.0 may hold is escaped as in JSON: https://www.w3.org/TR/xml/#charsets */
function xml(text: string): string {
	return text
		.split("\n")
		.map(printableLine)
		.join("\n")
		.replaceAll(/[\ufffe\uffff]|\p{Cs}/gu, "\ufffd")
		.replaceAll(/[&<>"\n]/g, (character) => entities[character] ?? character);
}
