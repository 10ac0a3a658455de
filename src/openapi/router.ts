import { invalidRequest } from "../errors.ts";
import { isForbidden, isObject } from "../json.ts";
import type { ApiDocument, ApiOperation } from "./operations.ts";

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
	/** By a segment of a path, those with more literal text first. */
	readonly children: (Segment & { readonly node: Node })[];
	readonly operations: Map<
		string,
		{ operation: ApiOperation; names: readonly string[] }
	>;
}

/** Literal text, `before` alone, or a parameter with text around it: `{id}` or `v{version}`. */
interface Segment {
	readonly before: string;
	readonly after?: string | undefined;
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
	const loose = trailingSlash === "optional";

	for (const base of basePaths(document)) {
		for (const operation of operations) {
			const segments = normalise(`${base}${operation.path}`).split("/");
			const { node, names } = insert(root, segments);
			node.operations.set(operation.method, { operation, names });
		}
	}
	function normalise(path: string): string {
		return loose && path.length > 1 && path.endsWith("/")
			? path.slice(0, -1)
			: path;
	}

	return {
		route(method: string, path: string): RouteResult {
			const values: string[] = [];
			const node = find(root, normalise(path).split("/"), 0, values);
			if (node === undefined) return { kind: "none" };
			const found =
				node.operations.get(method) ??
				(method === "HEAD" ? node.operations.get("GET") : undefined);
			if (found === undefined)
				return { kind: "wrong-method", allowed: [...node.operations.keys()] };
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
	return { children: [], operations: new Map() };
}

function insert(root: Node, segments: readonly string[]) {
	let node = root;
	const names: string[] = [];
	for (const segment of segments) {
		const [before = "", name, after] = segment.split(/\{([^}]+)\}/);
		if (name !== undefined) names.push(name);
		node = childOf(node, { before, after });
	}
	return { node, names };
}

function childOf({ children }: Node, { before, after }: Segment): Node {
	const known = children.find(
		(child) => child.before === before && child.after === after,
	);
	if (known !== undefined) return known.node;
	const node = createNode();
	children.push({ before, after, node });
	children.sort((a, b) => literalness(b) - literalness(a));
	return node;
}

function literalness({ before, after }: Segment): number {
	return after === undefined
		? Number.MAX_SAFE_INTEGER
		: before.length + after.length;
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
	for (const child of node.children) {
		if (!fits(child, segment)) continue;
		const { before, after } = child;
		const known = values.length;
		if (after !== undefined)
			values.push(segment.slice(before.length, segment.length - after.length));
		const deeper = find(child.node, segments, index + 1, values);
		if (deeper !== undefined) return deeper;
		values.length = known;
	}
	return undefined;
}

function fits({ before, after }: Segment, segment: string): boolean {
	if (after === undefined) return segment === before;
	return (
		segment.length > before.length + after.length &&
		segment.startsWith(before) &&
		segment.endsWith(after)
	);
}

/**
 * The query of a request by the parameters the document gives it: numbers and booleans are read as such, what is empty
 * is left out where the document allows empty values, defaults are filled in, and what does not read stays text, for the validator to refuse.
 */
export function readQuery(
	operation: ApiOperation,
	query: string,
): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	for (const [name, text] of new URLSearchParams(query)) {
		if (isForbidden(name))
			throw invalidRequest(
				`Failed to read the query: the name "${name}" is not allowed.`,
			);
		const parameter = operation.parameters.find(
			(each) => each.in === "query" && each.name === name,
		);
		if (text === "" && parameter?.allowEmptyValue) continue;
		if (parameter === undefined) values[name] = text;
		else if (isOf(parameter.schema, "array")) {
			values[name] ??= [];
			(values[name] as unknown[]).push(readText(parameter.schema.items, text));
		} else values[name] = readText(parameter.schema, text);
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
