import { LocalhookError } from "../errors.ts";
import type { ApiDocument } from "./document.ts";
import type { ApiOperation } from "./operations.ts";
import { isObject } from "./pointer.ts";

export interface Match {
	readonly operation: ApiOperation;
	/** Percent-decoded. */
	readonly params: Readonly<Record<string, string>>;
}

export type RouteResult =
	| { readonly kind: "match"; readonly match: Match }
	| { readonly kind: "wrong-method"; readonly allowed: readonly string[] }
	| { readonly kind: "bad-encoding" }
	| { readonly kind: "none" };

export type Router = ReturnType<typeof createRouter>;

interface Node {
	readonly literals: Map<string, Node>;
	/** Segments that hold a parameter, `{id}` or `v{version}`; those with more literal text first. */
	readonly patterns: {
		readonly prefix: string;
		readonly suffix: string;
		readonly node: Node;
	}[];
	readonly operations: Map<
		string,
		{ operation: ApiOperation; names: readonly string[] }
	>;
}

/**
 * Finds operations by method and path; a literal segment wins over a parameter, as in the providers' own routers.
 * Each server of the document may carry a base path, and its operations answer below every one of them.
 */
export function createRouter(
	document: ApiDocument,
	operations: readonly ApiOperation[],
	trailingSlash: "exact" | "optional",
) {
	const root = createNode();
	const exact = new Map<string, Node>();
	const loose = trailingSlash === "optional";

	for (const base of basePaths(document)) {
		for (const operation of operations) {
			const template = `${base}${operation.path}`;
			const { node, names } = insert(root, normalise(template).split("/"));
			node.operations.set(operation.method, { operation, names });
			if (names.length === 0) exact.set(normalise(template), node);
		}
	}
	function normalise(path: string): string {
		return loose && path.length > 1 && path.endsWith("/")
			? path.slice(0, -1)
			: path;
	}

	return {
		route(method: string, path: string): RouteResult {
			const wanted = normalise(path);
			const values: string[] = [];
			const node =
				exact.get(wanted) ?? find(root, wanted.split("/"), 0, values);
			if (node === undefined) return { kind: "none" };
			const found =
				node.operations.get(method) ??
				(method === "HEAD" ? node.operations.get("GET") : undefined);
			if (found === undefined)
				return { kind: "wrong-method", allowed: [...node.operations.keys()] };
			if (found.names.length === 0)
				return {
					kind: "match",
					match: { operation: found.operation, params: {} },
				};
			try {
				const params = Object.fromEntries(
					found.names.map((name, i) => [
						name,
						decodeURIComponent(values[i] as string),
					]),
				);
				return { kind: "match", match: { operation: found.operation, params } };
			} catch {
				return { kind: "bad-encoding" };
			}
		},
	};
}

/** The paths of the document's servers, without a slash at the end. */
export function basePaths(document: ApiDocument): string[] {
	const paths = (document.servers ?? []).map(({ url }) =>
		new URL(url, "http://localhost").pathname.replace(/\/$/, ""),
	);
	return paths.length === 0 ? [""] : [...new Set(paths)];
}

function createNode(): Node {
	return { literals: new Map(), patterns: [], operations: new Map() };
}

function insert(
	root: Node,
	segments: readonly string[],
): { node: Node; names: string[] } {
	let node = root;
	const names: string[] = [];
	for (const segment of segments) {
		const [, prefix, name, suffix] =
			/^([^{]*)\{([^}]+)\}(.*)$/.exec(segment) ?? [];
		if (name === undefined) {
			const next = node.literals.get(segment) ?? createNode();
			node.literals.set(segment, next);
			node = next;
		} else {
			names.push(name);
			node = addPattern(node, prefix as string, suffix as string);
		}
	}
	return { node, names };
}

function addPattern(parent: Node, prefix: string, suffix: string): Node {
	const known = parent.patterns.find(
		(pattern) => pattern.prefix === prefix && pattern.suffix === suffix,
	);
	if (known !== undefined) return known.node;
	const node = createNode();
	parent.patterns.push({ prefix, suffix, node });
	parent.patterns.sort(
		(a, b) =>
			b.prefix.length + b.suffix.length - a.prefix.length - a.suffix.length,
	);
	return node;
}

function find(
	node: Node,
	segments: readonly string[],
	index: number,
	values: string[],
): Node | undefined {
	if (index === segments.length)
		return node.operations.size > 0 ? node : undefined;
	const segment = segments[index] as string;
	const literal = node.literals.get(segment);
	const found = literal && find(literal, segments, index + 1, values);
	if (found !== undefined) return found;
	for (const { prefix, suffix, node: next } of node.patterns) {
		const fits =
			segment.length > prefix.length + suffix.length &&
			segment.startsWith(prefix) &&
			segment.endsWith(suffix);
		if (!fits) continue;
		values.push(segment.slice(prefix.length, segment.length - suffix.length));
		const deeper = find(next, segments, index + 1, values);
		if (deeper !== undefined) return deeper;
		values.pop();
	}
	return undefined;
}

/** Names that would reach an object's prototype. */
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The query of a request by the parameters the document gives it: numbers and booleans are read as such, what is empty
 * is left out where the document allows empty values, defaults are filled in, and what does not read stays text, for the validator to refuse.
 */
export function readQuery(
	operation: ApiOperation,
	query: string,
): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	if (query !== "") {
		for (const [name, text] of new URLSearchParams(query)) {
			if (forbidden.has(name)) {
				throw new LocalhookError(
					"invalid-request",
					`Failed to read the query: the name "${name}" is not allowed.`,
				);
			}
			const parameter = operation.parameters.find(
				(each) => each.in === "query" && each.name === name,
			);
			if (text === "" && parameter?.allowEmptyValue) continue;
			if (parameter === undefined) values[name] = text;
			else if (isOf(parameter.schema, "array")) {
				values[name] ??= [];
				(values[name] as unknown[]).push(
					readText(parameter.schema.items, text),
				);
			} else values[name] = readText(parameter.schema, text);
		}
	}
	for (const { in: place, name, schema } of operation.parameters) {
		if (place === "query" && schema.default !== undefined && !(name in values))
			values[name] = schema.default;
	}
	return values;
}

/** Path or header parameters, which come as texts, in the same way; others are left as they are. */
export function readTexts(
	operation: ApiOperation,
	place: "path" | "header",
	texts: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
	let values: Record<string, unknown> | undefined;
	for (const parameter of operation.parameters) {
		if (parameter.in !== place) continue;
		const name =
			place === "header" ? parameter.name.toLowerCase() : parameter.name;
		const text = texts[name];
		const value =
			typeof text === "string" ? readText(parameter.schema, text) : text;
		if (value === text) continue;
		values ??= { ...texts };
		values[name] = value;
	}
	return values ?? texts;
}

function readText(schema: unknown, text: string): unknown {
	if (isOf(schema, "boolean")) {
		// Python and Go clients write `True` and `true`; providers take both.
		const lower = text.toLowerCase();
		if (lower === "true" || lower === "false") return lower === "true";
	}
	if (isOf(schema, "integer") || isOf(schema, "number")) {
		if (/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
	}
	return text;
}

function isOf(schema: unknown, type: string): boolean {
	const given = isObject(schema) ? schema.type : undefined;
	return given === type || (Array.isArray(given) && given.includes(type));
}
