// Finds each `await` of what is no promise: it costs a turn of the event loop and tells the reader something untrue.
// `node scripts/check-awaits.js --fix` removes them.
import { readFile, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../", import.meta.url));
const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(
	config,
	ts.sys,
	root,
);
const program = ts.createProgram(fileNames, { ...options, noEmit: true });
const checker = program.getTypeChecker();

const found = fileNames.flatMap((name) => {
	const file = program.getSourceFile(name);
	return file === undefined ? [] : awaitsIn(file).map((at) => ({ file, at }));
});
if (process.argv.includes("--fix")) await remove();
else
	for (const { file, at } of found) {
		const { line } = file.getLineAndCharacterOfPosition(at.getStart(file));
		const text = at.getText(file).split("\n", 1)[0];
		console.error(
			`${relative(root, file.fileName)}:${line + 1}: ${text}\n  This awaits what is no promise. Remove the await, or run: node scripts/check-awaits.js --fix`,
		);
		process.exitCode = 1;
	}

/**
 * @param {ts.SourceFile} file
 * @returns {ts.AwaitExpression[]}
 */
function awaitsIn(file) {
	/** @type {ts.AwaitExpression[]} */
	const awaits = [];
	/** @param {ts.Node} node */
	const visit = (node) => {
		if (
			ts.isAwaitExpression(node) &&
			!mayBePromise(checker.getTypeAtLocation(node.expression))
		)
			awaits.push(node);
		ts.forEachChild(node, visit);
	};
	visit(file);
	return awaits;
}

/**
 * @param {ts.Type} type
 * @returns {boolean}
 */
function mayBePromise(type) {
	if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
	if (type.isUnion()) return type.types.some(mayBePromise);
	const actual = checker.getBaseConstraintOfType(type) ?? type;
	if (actual !== type) return mayBePromise(actual);
	return (
		type.flags & ts.TypeFlags.TypeParameter ||
		actual.getProperty("then") !== undefined
	);
}

/** Takes the word away, and leaves what it was before as it stands. */
async function remove() {
	for (const file of new Set(found.map(({ file }) => file))) {
		let text = await readFile(file.fileName, "utf8");
		const awaits = found.filter((each) => each.file === file);
		for (const { at } of awaits.reverse()) {
			const start = at.getStart(file);
			text = text.slice(0, start) + text.slice(at.expression.getStart(file));
		}
		await writeFile(file.fileName, text);
	}
}
