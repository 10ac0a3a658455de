import { builtInIds, install } from "../../src/catalog.ts";
import {
	type Fidelity,
	fidelityMarks,
	type OptionSpec,
} from "../../src/contract/fidelity.ts";
import type { Installed } from "../../src/engine/options.ts";
import { operationsOf } from "../../src/openapi/operations.ts";
import { basePaths } from "../../src/openapi/router.ts";
import type { Provider } from "../../src/provider.ts";
import { retrySection } from "./retry-table.ts";
import { signatureExample } from "./signature-example.ts";
import { table } from "./table.ts";

/** The generated parts of a provider's page, by name. */
export const providerSections: Readonly<
	Record<string, (installed: Installed) => string | Promise<string>>
> = {
	operations,
	events: ({ provider }) => events(provider),
	signature: signatureExample,
	retries: ({ provider }) => retrySection(provider),
	options: ({ provider }) => options(provider),
	fidelity: ({ fidelity }) => fidelityTable(fidelity),
	"not-played": ({ fidelity }) => notPlayed(fidelity),
};

/** What `npm run docs` begins a provider's page with. */
export function newPage({ provider, fidelity }: Installed): string {
	const { title, options } = provider;
	const sections = [
		["Operations", "operations"],
		["Events", "events"],
		["Signature", "signature"],
		["Retries", "retries"],
		...(Object.keys(options).length > 0 ? [["Options", "options"]] : []),
		["Fidelity", "fidelity"],
		...(fidelity?.notPlayed.length ? [["Not played", "not-played"]] : []),
	].map(
		([heading, name]) =>
			`## ${heading}\n\n<!-- generated: ${name} -->\n<!-- /generated -->\n`,
	);
	return [`# ${title}\n`, ...sections].join("\n");
}

/** A link to the page of each provider. */
export async function providerPages(): Promise<string> {
	const all = await Promise.all(builtInIds.map(install));
	return all
		.map(({ provider: { id, title } }) => `- [${title}](providers/${id}.md)`)
		.join("\n");
}

/** How sure each provider is, for the README. */
export async function providerTable(): Promise<string> {
	const rows: string[][] = [];
	for (const id of builtInIds) {
		const { provider, fidelity } = await install(id);
		const counts = fidelityMarks.map((mark) =>
			String(fidelity?.fidelity.filter((each) => each.mark === mark).length),
		);
		const page = `[${provider.title}](docs/providers/${id}.md)`;
		rows.push([`\`${id}\``, page, ...counts]);
	}
	return table(["id", "provider", ...fidelityMarks], rows);
}

function operations({ document }: Installed): string {
	const [base = ""] = basePaths(document);
	return table(
		["operation", "call", "what it does"],
		operationsOf(document).map(({ id, method, path, summary }) => [
			`\`${id}\``,
			`\`${method} ${base}${path}\``,
			summary,
		]),
	);
}

function events({ events }: Provider): string {
	return table(
		["event", "when"],
		Object.entries(events).map(([type, { summary }]) => [
			`\`${type}\``,
			summary,
		]),
	);
}

function options({ id, options }: Provider): string {
	const specs: Readonly<Record<string, OptionSpec>> = options;
	const rows = Object.entries(specs).map(
		([name, { summary, values, default: usual, strict }]) => [
			`\`${id}.${name}\``,
			summary,
			values
				.map((value) => (value === usual ? `**\`${value}\`**` : `\`${value}\``))
				.join(", "),
			strict === undefined ? "" : `\`${strict}\``,
		],
	);
	const head = ["option", "what it switches", "values (default in bold)"];
	return table([...head, "under `--strict`"], rows);
}

function fidelityTable({ fidelity = [] }: Partial<Fidelity> = {}): string {
	const rows = [...fidelity]
		.sort(
			(a, b) => fidelityMarks.indexOf(a.mark) - fidelityMarks.indexOf(b.mark),
		)
		.map(({ claim, mark, source, option }) => [
			mark,
			claim,
			option === undefined ? "" : `\`${option}\``,
			linkTo(source),
		]);
	return table(["mark", "behaviour", "option", "source"], rows);
}

function notPlayed({ notPlayed = [] }: Partial<Fidelity> = {}): string {
	const rows = notPlayed.map(({ what, why, source }) => [
		what,
		why,
		linkTo(source),
	]);
	return table(["what", "why, or what to do instead", "source"], rows);
}

function linkTo(source: string): string {
	return source.startsWith("http") ? `[source](${source})` : source;
}
