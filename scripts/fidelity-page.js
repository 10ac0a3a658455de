/**
 * What each provider's double does, how sure that is, and where it can be switched.
 *
 * @param {readonly import("../src/provider.ts").Provider[]} providers
 * @returns {string}
 */
export function fidelityPage(providers) {
	return [
		"# Fidelity",
		"<!-- Written by `npm run docs` from src/providers/<id>; do not edit. -->",
		"Every notable behaviour with its mark: **documented** by the provider, **observed** in its own client or in live " +
			"code, or **assumed** where neither says. An assumption that matters has an option: " +
			"`localhook start --option <provider>.<option>=<value>`.",
		...providers.flatMap(section),
		"",
	].join("\n\n");
}

function section({ id, title, options, fidelity }) {
	const optionRows = Object.entries(options).map(
		([name, { summary, values, default: usual, strict }]) => [
			`\`${id}.${name}\``,
			summary,
			values
				.map((value) => (value === usual ? `**\`${value}\`**` : `\`${value}\``))
				.join(", "),
			strict === undefined ? "" : `\`${strict}\``,
		],
	);
	const order = ["documented", "observed", "assumed"];
	const claims = [...fidelity].sort(
		(a, b) => order.indexOf(a.mark) - order.indexOf(b.mark),
	);
	const claimRows = claims.map(({ claim, mark, source, option }) => [
		mark,
		claim,
		option === undefined ? "" : `\`${option}\``,
		source.startsWith("http") ? `[source](${source})` : source,
	]);
	return [
		`## ${title}`,
		table(
			[
				"option",
				"what it switches",
				"values (default in bold)",
				"under `--strict`",
			],
			optionRows,
		),
		table(["mark", "behaviour", "option", "source"], claimRows),
	];
}

function table(head, rows) {
	const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
	const line = (cells) => `| ${cells.map(cell).join(" | ")} |`;
	return [line(head), line(head.map(() => "---")), ...rows.map(line)].join(
		"\n",
	);
}
