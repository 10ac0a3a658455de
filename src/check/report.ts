import { formatDuration } from "../duration.ts";
import { counted, printableLine, wrapped } from "../printing.ts";
import { checks } from "./checks.ts";
import { type Result, rulesOf, type Summary } from "./result.ts";

type Paint = (text: string) => string;
/** Those of picocolors; what is left out is not painted. */
export type Paints = Readonly<
	Partial<Record<"bold" | "dim" | "green" | "red" | "yellow", Paint>>
>;
const plain: Paint = (text) => text;

/** Columns. A URL that is longer has a line of its own. */
export const width = 80;

function isCauseOf({ id }: Result): boolean {
	return id.startsWith("cause.") || id === "header.lookup";
}

/** The report for people: a line for each passed group, several for whatever is wrong. In 80 columns. */
export function createTextReport(paints: Paints = {}) {
	const { bold = plain, dim = plain, green = plain } = paints;
	const { red = plain, yellow = plain } = paints;
	/** A cause was told of, and the next check is made all the same. */
	let signed = false;
	let group: { name: string; passed: number; all: number } | undefined;
	const marks = { fail: red("✗"), warn: yellow("!"), pass: green("✓") };

	const block = (mark: string, head: string, text: string) =>
		`  ${mark} ${beside(head.padEnd(22), text, 4, bold)}\n`;
	const detail = (name: string, text: string) =>
		dim(`    ${beside(name.padEnd(7), text, 4)}\n`);
	function flush(): string {
		const done = group;
		group = undefined;
		if (done === undefined || done.passed === 0) return "";
		return block(marks.pass, done.name, `${done.passed} of ${done.all}`);
	}
	function wrongLines(result: Result): string {
		const { id, outcome, got, sure, fix, sent, basis, source } = result;
		const isCause = isCauseOf(result);
		// One of several causes stands on a line of its own.
		const [lead = "", ...ways] =
			result.among === undefined ? [got] : got.split(/(?<=these:) | Or: /);
		const said = isCause ? `${sure}: ${lead}` : lead;
		const mark = outcome === "warn" ? marks.warn : marks.fail;
		const rule = [rulesOf(result), basis, source].filter(Boolean);
		return [
			block(mark, id, said),
			...ways.map((way) => detail("-", way)),
			isCause ? "" : detail("sent", sent),
			fix === undefined ? "" : detail("fix", fix),
			detail("rule", rule.join(", ")),
		].join("");
	}
	return {
		/** @returns text that may be empty: a group is told of once it is over */
		tell(result: Result): string {
			const isCause = isCauseOf(result);
			let before = group?.name === result.group ? "" : flush();
			// No other one changes how later deliveries are signed.
			const isOwnTime = result.id === "cause.timestamp-own";
			if (isCause) signed ||= isOwnTime || result.group === "reach";
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
				lines.push(`  ${beside("ended early:", summary.ended, 2)}\n`);
			return lines.join("");
		},
	};
}

/** Lines of text to the right of a word, which stands so many columns from the left. What is longer is cut, but for a URL. */
export function beside(left: string, text: string, at = 0, paint = plain) {
	const start = at + left.length + 1;
	const pieces = new RegExp(`.{1,${width - start}}`, "gsu");
	const words = printableLine(text)
		.split(" ")
		.flatMap(
			(word) => (word.includes("://") ? word : word.match(pieces)) ?? "",
		);
	const lines = wrapped(words, width - start);
	return `${paint(left)} ${lines.join(`\n${" ".repeat(start)}`)}`;
}

function figuresOf(summary: Summary): string {
	const outcomes = [
		counted(summary.failures, "failure"),
		counted(summary.warnings, "warning"),
		`${summary.unknown} not looked at`,
		`${summary.passed} passed`,
	].filter((text) => !text.startsWith("0 "));
	return `${outcomes.join(", ")} · ${counted(summary.deliveries, "request")}, ${summary.accepted} accepted · ${formatDuration(summary.duration)}`;
}

/** How to make those checks again that did not pass. */
export function again(results: readonly Result[]): string {
	const wrong = results.filter(
		({ id, outcome }) =>
			/fail|warn/.test(outcome) && checks.some((check) => check.id === id),
	);
	const words = wrong.flatMap(({ id }) => ["--only", id]);
	return words.length === 0
		? ""
		: `  again: localhook check …\n${wrapped(words, width - 4)
				.map((line) => `    ${line}\n`)
				.join("")}`;
}

export function resultLine(result: Result): object {
	const [, cause] = /^cause\.(.*)/.exec(result.id) ?? [];
	return {
		kind: "check",
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

/** What no XML 1.0 may hold is escaped as in JSON: https://www.w3.org/TR/xml/#charsets */
function xml(text: string): string {
	return text
		.split("\n")
		.map(printableLine)
		.join("\n")
		.replaceAll(/[\ufffe\uffff]|\p{Cs}/gu, "\ufffd")
		.replaceAll(/[&<>"\n]/g, (each) => `&#${each.charCodeAt(0)};`);
}
