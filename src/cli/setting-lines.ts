import { pathText } from "../config/flaw.ts";
import type { Entry } from "../config/layers.ts";
import { type Setting, settings } from "../config/settings.ts";
import { masked, originText } from "../config/shown.ts";
import { printableLine } from "../printing.ts";
import type { Colours } from "./colours.ts";

/** What `config show` prints: a line for each setting, secrets masked. */
export function settingLines(
	entries: readonly Entry[],
	show: {
		readonly origin: boolean;
		readonly json: boolean;
		readonly colours: Colours;
	},
): string {
	if (show.json)
		return entries
			.map((entry) => ({
				type: "setting",
				name: pathText(entry.path),
				value: masked(entry) ?? null,
				...(show.origin && { origin: entry.origin }),
			}))
			.map((line) => `${JSON.stringify(line)}\n`)
			.join("");
	const rows = entries.map((entry) => ({
		name: printableLine(pathText(entry.path)),
		value: valueText(entry),
		origin: printableLine(originText(entry.origin)),
	}));
	const nameWidth = Math.max(...rows.map(({ name }) => name.length));
	const valueWidth = Math.max(...rows.map(({ value }) => value.length));
	return rows
		.map(({ name, value, origin }) =>
			show.origin
				? `${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${show.colours.dim(origin)}\n`
				: `${name.padEnd(nameWidth)}  ${value}\n`,
		)
		.join("");
}

function valueText(entry: Entry): string {
	const value = masked(entry);
	if (value === undefined) {
		const { otherwise = "none" }: Setting = settings[entry.path[0]];
		return `(${otherwise})`;
	}
	return printableLine([value].flat().join(", "));
}
