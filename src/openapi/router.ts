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

/** By method, and how each operation names the parameters of the path. */
type Route = Map<
	string,
	{ readonly operation: ApiOperation; readonly names: readonly string[] }
>;

/**
 * Finds operations by method and path; a literal segment wins over a parameter, as in the providers' own routers.
 * Each server of the document may carry a base path, and its operations answer below every one of them.
 */
export function createRouter(
	document: ApiDocument,
	operations: readonly ApiOperation[],
	trailingSlash: "exact" | "optional",
) {
	const loose = trailingSlash === "optional";
	/** By path, with `{}` for each parameter. */
	const routes = new Map<string, Route>();

	for (const base of basePaths(document)) {
		for (const operation of operations) {
			const path = normalise(`${base}${operation.path}`);
			const names = [...path.matchAll(parameters)].map(([, name = ""]) => name);
			const shape = path.replaceAll(parameters, "{}");
			const route: Route = routes.get(shape) ?? new Map();
			routes.set(shape, route.set(operation.method, { operation, names }));
		}
	}
	function normalise(path: string): string {
		return loose && path.length > 1 && path.endsWith("/")
			? path.slice(0, -1)
			: path;
	}
	const shapes = inOrder([...routes.keys()]);
	// All paths at once. Behind the parameters of each there is an empty group, which tells it from the others.
	const pattern = new RegExp(`^(?:${shapes.map(sourceOf).join("|")})$`);
	const byGroup = new Map<number, Route | undefined>();
	let groups = 0;
	for (const shape of shapes) {
		groups += shape.split("{}").length;
		byGroup.set(groups, routes.get(shape));
	}

	return {
		route(method: string, path: string): RouteResult {
			const groups: readonly string[] = pattern.exec(normalise(path)) ?? [];
			const end = groups.indexOf("", 1);
			const route = byGroup.get(end);
			if (route === undefined) return { kind: "none" };
			const found =
				route.get(method) ?? (method === "HEAD" ? route.get("GET") : undefined);
			if (found === undefined)
				return { kind: "wrong-method", allowed: [...route.keys()] };
			const { operation, names } = found;
			const values = groups.slice(end - names.length, end);
			try {
				const params = Object.fromEntries(
					names.map((name, i) => [
						name,
						decodeURIComponent(values[i] as string),
					]),
				);
				return { kind: "match", match: { operation, params } };
			} catch {
				return { kind: "bad-encoding" };
			}
		},
	};
}

export function basePaths(document: ApiDocument): string[] {
	const paths = (document.servers ?? []).map(({ url }) =>
		new URL(url, "http://localhost").pathname.replace(/\/$/, ""),
	);
	return paths.length === 0 ? [""] : [...new Set(paths)];
}

const parameters = /\{([^}]+)\}/g;

function sourceOf(shape: string): string {
	return `${shape.split("{}").map(literally).join("([^/]+)")}()`;
}

export function literally(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/**
 * As a search tries them, segment by segment: literal text first, then parameters with more of it around them. Of what
 * is literal alike, everything below the segment that was named first.
 */
function inOrder(shapes: readonly string[]): string[] {
	const firstBelow = (segments: readonly string[]) =>
		shapes.findIndex((each) => `${each}/`.startsWith(`${segments.join("/")}/`));
	return [...shapes].sort((one, other) => {
		const [a, b] = [one.split("/"), other.split("/")];
		const place = a.findIndex((segment, i) => segment !== b[i]);
		if (place === -1) return -1;
		const [mine, others] = [a, b].map((each) => each.slice(0, place + 1));
		return (
			literalness(b[place]) - literalness(a[place]) ||
			firstBelow(mine ?? []) - firstBelow(others ?? [])
		);
	});
}

/** What ends there comes before what goes on. */
function literalness(segment: string | undefined): number {
	if (segment === undefined) return Number.POSITIVE_INFINITY;
	return segment.includes("{}") ? segment.length : Number.MAX_SAFE_INTEGER;
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
