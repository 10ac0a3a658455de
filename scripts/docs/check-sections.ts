import { checks } from "../../src/check/checks.ts";
import { advice } from "../../src/generated/advice.ts";

/** An anchor of its own: GitHub's leaves out the dot of an id. */
function headingOf(id: string): string {
	return `<a id="${id.replaceAll(".", "-")}"></a>\n\n### ${id}`;
}

/** A section for each check: reports link to them. */
export function checkSections(): string {
	return checks
		.map(({ id, sent, right, fix, basis, about, fails }) => {
			const rule =
				about === undefined
					? `It rests on ${basisIn(basis)}.`
					: `It rests on what the provider says of \`${about}\`, else on ${basisIn(basis)}.`;
			const severity = fails
				? "A receiver that does otherwise fails."
				: about === undefined
					? "Anything else is a warning."
					: "Anything else is a warning; where the provider documents it, a failure.";
			return [
				headingOf(id),
				`- sent: ${sent}\n- right: ${right}${fix === "" ? "" : `\n- if not: ${fix}`}`,
				`${severity} ${rule}`,
			].join("\n\n");
		})
		.join("\n\n");
}

function basisIn(basis: string): string {
	const [, number] = /^RFC (\d+)$/.exec(basis) ?? [];
	if (number !== undefined)
		return `[${basis}](https://www.rfc-editor.org/rfc/rfc${number})`;
	return basis === "signature"
		? "what a signature is for"
		: "what most providers do, which is an assumption";
}

/** What stands in braces is each provider's own. */
const words: Readonly<Record<string, string>> = {
	content: "what the provider signs",
	timeHeader: "the header with the time",
	timeUnit: "the provider's unit",
	algorithm: "the provider's digest",
	encoding: "the provider's encoding",
	header: "the header with the signature",
	form: "of the provider's own form",
};

/** A section for each cause that a refused delivery may have. */
export function causeSections(): string {
	return Object.entries(advice.causes)
		.map(([cause, { title, instead }]) => {
			const text = instead.replaceAll(
				/\{(\w+)\}/g,
				(whole, name) => words[name] ?? whole,
			);
			return `${headingOf(`cause.${cause}`)}\n\n${title}. ${text}`.trim();
		})
		.join("\n\n");
}
