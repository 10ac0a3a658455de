// Writes the report of what the package exports, as its users' compiler sees it: `npm run surface`, after a build.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Where the report is kept. */
export const reportFile = join(root, "test/check/public-surface.txt");

/**
 * @typedef {object} Surface
 * @property {string} report
 * @property {string[]} names of all entries but those of matchers and fixtures, and the provider contract's
 * @property {string[]} undocumented exported names without a docstring
 */

/** The entries whose names are fixtures and matchers. */
const ofTests = ["matchers", "node-test", "playwright", "vitest"];

/** What a definition of a provider is made of is reached from here. */
const ofContract = [
	"defineProvider",
	"Installed",
	"apiKey",
	"createSigner",
	"presetOf",
];

/** @returns {Promise<Surface>} */
export async function readSurface() {
	const text = await readFile(join(root, "package.json"), "utf8");
	/** @type {{ exports: Record<string, string | { import: { types: string } }> }} */
	const { exports } = JSON.parse(text);
	const files = Object.entries(exports).flatMap(([entry, to]) =>
		typeof to === "string"
			? []
			: [{ entry: entry.slice(2), file: join(root, to.import.types) }],
	);
	const program = ts.createProgram(
		files.map(({ file }) => file),
		{ module: ts.ModuleKind.NodeNext, types: [], skipLibCheck: true },
	);
	const checker = program.getTypeChecker();
	const symbolsIn = (/** @type {string} */ file) => {
		const source = program.getSourceFile(file);
		const module = source && checker.getSymbolAtLocation(source);
		if (module === undefined)
			throw new Error(`${file} exports nothing. Run: npm run build`);
		return checker.getExportsOfModule(module).map((symbol) => ({
			name: symbol.name,
			symbol: resolved(checker, symbol),
		}));
	};
	const contract = reachable(
		checker,
		symbolsIn(/** @type {string} */ (files[0]?.file))
			.filter(({ name }) => ofContract.includes(name))
			.map(({ symbol }) => symbol),
	);
	/** @type {Map<ts.Symbol, string>} */
	const seen = new Map();
	/** @type {string[]} */
	const names = [];
	/** @type {string[]} */
	const undocumented = [];
	/** @type {string[]} */
	const parts = [];
	for (const { entry, file } of files) {
		/** @type {string[]} */
		const own = [];
		/** @type {string[]} */
		const others = [];
		for (const { name, symbol } of symbolsIn(file)) {
			const owner = seen.get(symbol);
			if (owner !== undefined) {
				others.push(`${name} (of ${owner})`);
				continue;
			}
			seen.set(symbol, entry === "" ? "localhook" : `localhook/${entry}`);
			if (symbol.getDocumentationComment(checker).length === 0)
				undocumented.push(name);
			if (contract.has(symbol)) others.push(`${name} (of the contract)`);
			else {
				own.push(declarationOf(checker, symbol));
				if (!ofTests.includes(entry)) names.push(name);
			}
		}
		parts.push(
			`## localhook${entry && `/${entry}`}`,
			...own.sort(),
			...(others.length === 0 ? [] : [`also: ${others.sort().join(", ")}`]),
		);
	}
	// Parts of the types of the documents, and what types are worked out by.
	const hidden = [...reachable(checker, [...seen.keys()])].filter(
		(symbol) => !seen.has(symbol),
	);
	const bases = new Set(
		[...seen.keys()]
			.flatMap(({ declarations = [] }) => declarations)
			.filter(ts.isInterfaceDeclaration)
			.flatMap(({ heritageClauses = [] }) => heritageClauses)
			.flatMap(({ types }) => types)
			.map(({ expression }) => checker.getSymbolAtLocation(expression)),
	);
	parts.unshift(
		"# The public surface\n\nWritten by `npm run surface`, after a build.",
	);
	parts.push(
		"## The provider contract",
		...[...contract].map((symbol) => declarationOf(checker, symbol)).sort(),
		"## Reachable, and not exported",
		...hidden
			.filter((symbol) => bases.has(symbol))
			.map((symbol) => declarationOf(checker, symbol))
			.sort(),
		hidden
			.map(({ name }) => name)
			.sort()
			.join("\n"),
	);
	return { report: `${parts.join("\n\n")}\n`, names, undocumented };
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.Symbol} symbol
 */
function resolved(checker, symbol) {
	return symbol.flags & ts.SymbolFlags.Alias
		? checker.getAliasedSymbol(symbol)
		: symbol;
}

/**
 * What declarations of the package are named in the declarations of others, and so on.
 *
 * @param {ts.TypeChecker} checker
 * @param {readonly ts.Symbol[]} from
 * @returns {Set<ts.Symbol>}
 */
function reachable(checker, from) {
	/** @type {Set<ts.Symbol>} */
	const found = new Set();
	/** @param {ts.Symbol} symbol */
	const visit = (symbol) => {
		if (found.has(symbol)) return;
		found.add(symbol);
		for (const declaration of symbol.declarations ?? []) walk(declaration);
	};
	/** @param {ts.Node} node */
	const walk = (node) => {
		if (ts.isIdentifier(node)) {
			const named = checker.getSymbolAtLocation(node);
			const symbol = named && resolved(checker, named);
			if (symbol?.declarations?.some(isOwn)) visit(symbol);
		}
		ts.forEachChild(node, walk);
	};
	for (const symbol of from) visit(symbol);
	return found;
}

/** @param {ts.Node} node a declaration at the top level of one of our files */
function isOwn(node) {
	const top = ts.isVariableDeclaration(node) ? node.parent.parent : node;
	return (
		ts.isSourceFile(top.parent) &&
		node.getSourceFile().fileName.startsWith(join(root, "dist/"))
	);
}

/**
 * Without comments. An alias without parameters is resolved, since its parts may be declared elsewhere.
 *
 * @param {ts.TypeChecker} checker
 * @param {ts.Symbol} symbol
 */
function declarationOf(checker, symbol) {
	const [alias] = symbol.declarations ?? [];
	if (alias && ts.isTypeAliasDeclaration(alias) && !alias.typeParameters) {
		const { NoTruncation, InTypeAlias } = ts.TypeFormatFlags;
		const type = checker.getDeclaredTypeOfSymbol(symbol);
		const flags = NoTruncation | InTypeAlias;
		const text = checker.typeToString(type, undefined, flags);
		const lines = text
			.replaceAll(/(?<=^\{|;) (?!\})| (?=\| ")/g, "\n    ")
			.replace(/ \}$/, "\n}");
		return `type ${symbol.name} = ${lines};`;
	}
	const printer = ts.createPrinter({ removeComments: true });
	return (symbol.declarations ?? [])
		.map((node) =>
			printer.printNode(
				ts.EmitHint.Unspecified,
				ts.isVariableDeclaration(node) ? node.parent.parent : node,
				node.getSourceFile(),
			),
		)
		.join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
	const { report, names } = await readSurface();
	await writeFile(reportFile, report);
	console.log(`${names.length} names: ${names.sort().join(" ")}`);
}
