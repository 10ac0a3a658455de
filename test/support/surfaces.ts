import { readFileSync } from "node:fs";
import type { Command } from "commander";
import ts from "typescript";
import { parse } from "yaml";
import { wholeProgram } from "./whole-program.ts";

/** Where localhook is steered: the command line, the control API, TypeScript. */
export type Surface = "cli" | "http" | "ts";

/** By the name of a command, operation or method, what it takes. */
export type Verbs = ReadonlyMap<string, readonly string[]>;

/** Of every command that talks to a server: where it is, and how to print. */
const ofEveryCommand = ["url", "token", "json"];

/** How the user gets to the methods of each type, and what is said by that. */
const ways: Readonly<Record<string, { path: string; says?: string }>> = {
	Hooks: { path: "" },
	HooksClock: { path: "clock." },
	HooksFaults: { path: "faults." },
	HooksJournal: { path: "journal." },
	ProviderHooks: { path: "provider.", says: "provider" },
	Secret: { path: "provider.secret.", says: "provider" },
	DeliveryHandle: { path: "delivery.", says: "delivery" },
};

export async function readSurfaces(): Promise<
	Readonly<Record<Surface, Verbs>>
> {
	return {
		cli: commandsOf(await wholeProgram()),
		http: operationsOf("openapi/localhook.yaml"),
		ts: methodsOf("src/hooks/"),
	};
}

export function without(names: readonly string[], others: readonly string[]) {
	return names.filter((name) => !others.includes(name));
}

export function camel(name: string): string {
	return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `wait` of `--no-wait`. */
export function flagOf(long: string | undefined): string {
	return (long ?? "").replace(/^--(no-)?/, "");
}

function commandsOf(program: Command): Verbs {
	const verbs = new Map<string, readonly string[]>();
	const visit = (command: Command, path: readonly string[]) => {
		for (const each of command.commands) visit(each, [...path, each.name()]);
		if (command.commands.length > 0) return;
		const [noun = ""] = path;
		const words = command.registeredArguments.map((each) => each.name());
		const flags = command.options.map(({ long }) => camel(flagOf(long)));
		verbs.set(path.join(" "), [
			...words.map((word) => (word === "id" ? noun : word)),
			...without([...new Set(flags)], ofEveryCommand),
		]);
	};
	visit(program, []);
	return verbs;
}

interface Document {
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
	readonly operationId: string;
	readonly parameters?: readonly (Ref & { in: string; name: string })[];
	readonly requestBody?: {
		readonly content: {
			readonly "application/json": {
				readonly schema: Ref & { readonly properties?: object };
			};
		};
	};
}
interface Ref {
	readonly $ref?: string;
}

function operationsOf(file: string): Verbs {
	const document: Document = parse(readFileSync(file, "utf8"));
	const resolved = <Value extends Ref>(value: Value): Value =>
		value.$ref === undefined
			? value
			: (value.$ref
					.split("/")
					.slice(1)
					.reduce(
						(found, name) => Object(found)[name],
						document as unknown,
					) as Value);
	const operations = Object.entries(document.paths).flatMap(([path, item]) =>
		Object.values(item).map((operation) => ({ path, ...operation })),
	);
	return new Map(
		operations.map(({ path, operationId, parameters = [], requestBody }) => {
			const noun = path.split("/")[1]?.replace(/ies$/, "y").replace(/s$/, "");
			const body = requestBody?.content["application/json"].schema;
			const names = parameters
				.map(resolved)
				.map((each) =>
					each.in === "path" && each.name === "id" ? noun : each.name,
				)
				.map((name = "") =>
					camel(name.replace(/^[A-Z]/, (letter) => letter.toLowerCase())),
				);
			return [
				operationId,
				[...names, ...Object.keys((body && resolved(body).properties) ?? {})],
			];
		}),
	);
}

function statementsOf(file: string): readonly ts.Statement[] {
	const text = readFileSync(file, "utf8");
	return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
		.statements;
}

export function fieldsOf(file: string, name: string): readonly string[] {
	return statementsOf(file).flatMap((each) =>
		ts.isInterfaceDeclaration(each) && each.name.text === name
			? each.members.map((member) => member.name?.getText() ?? "")
			: [],
	);
}

function methodsOf(folder: string): Verbs {
	const statements = ["hooks", "provider-hooks"].flatMap((file) =>
		statementsOf(`${folder}${file}.ts`),
	);
	const interfaces = new Map(
		statements
			.filter(ts.isInterfaceDeclaration)
			.map(({ name, members }) => [name.text, members]),
	);
	/** The names of the fields of an object of options; of anything else, the parameter's. */
	const taken = (type: ts.TypeNode | undefined, name: string): string[] => {
		if (type === undefined) return [name];
		if (ts.isIntersectionTypeNode(type))
			return type.types.flatMap((each) => taken(each, name));
		const members = ts.isTypeLiteralNode(type)
			? type.members
			: interfaces.get(/^\w+Options$/.exec(type.getText())?.[0] ?? "");
		return members?.map((each) => each.name?.getText() ?? "") ?? [name];
	};
	const verbs = new Map<string, readonly string[]>();
	const add = (owner: string, member: ts.TypeElement) => {
		const way = ways[owner];
		const name = member.name?.getText();
		if (way === undefined || name === undefined) return;
		if (ts.isMethodSignature(member))
			verbs.set(`${way.path}${name}`, [
				...new Set(
					[
						way.says ?? [],
						...member.parameters.map((each) =>
							taken(each.type, each.name.getText()),
						),
					].flat(),
				),
			]);
		// An object of methods, which are the operations of the provider.
		else if (name === "subscriptions") verbs.set(`${way.path}${name}`, []);
	};
	for (const [name, members] of interfaces)
		for (const member of members) add(name, member);
	for (const each of statements)
		if (ts.isTypeAliasDeclaration(each) && each.name.text === "Secret")
			visitSecret(each.type);
	return verbs;

	function visitSecret(node: ts.Node): void {
		if (ts.isTypeLiteralNode(node))
			for (const member of node.members) add("Secret", member);
		if (ts.isMappedTypeNode(node))
			for (const rotation of ["replace", "roll"])
				verbs.set(`provider.secret.${rotation}`, ["provider", "owner"]);
		ts.forEachChild(node, visitSecret);
	}
}
