import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiDocument, ApiOperation } from "../src/openapi/operations.ts";
import {
	basePaths,
	createRouter,
	type RouteResult,
	type Router,
} from "../src/openapi/router.ts";
import { anyText, textOf } from "./support/arbitraries.ts";

/** A router over `GET /a`-like lines; an operation's id is its line. */
function routerOf(
	lines: readonly string[],
	trailingSlash: "exact" | "optional" = "exact",
	servers: readonly string[] = [],
): Router {
	const operations = lines.map((line): ApiOperation => {
		const [method, path] = line.split(" ", 2) as [string, string];
		return {
			id: line,
			method,
			path,
			summary: "",
			parameters: [],
			responses: new Map(),
		};
	});
	return createRouter(documentWith(servers), operations, trailingSlash);
}

function documentWith(servers: readonly string[]): ApiDocument {
	return {
		openapi: "3.1.0",
		info: { title: "Test", version: "1" },
		paths: {},
		servers: servers.map((url) => ({ url })),
	};
}

/** The line that was found and its parameters, or what was found instead. */
function seen(result: RouteResult): unknown {
	return result.kind === "match"
		? [result.match.operation.id, result.match.params]
		: result.kind;
}

describe("a path", () => {
	it("is found by its literals and its parameters", () => {
		const router = routerOf([
			"GET /",
			"GET /webhooks",
			"GET /webhooks/{id}",
			"GET /webhooks/{id}/events/{event}",
		]);

		expect(seen(router.route("GET", "/"))).toEqual(["GET /", {}]);
		expect(seen(router.route("GET", "/webhooks"))).toEqual([
			"GET /webhooks",
			{},
		]);
		expect(seen(router.route("GET", "/webhooks/7"))).toEqual([
			"GET /webhooks/{id}",
			{ id: "7" },
		]);
		expect(seen(router.route("GET", "/webhooks/7/events/8"))).toEqual([
			"GET /webhooks/{id}/events/{event}",
			{ id: "7", event: "8" },
		]);
	});

	it.each([
		["GET /webhook/{id}", "GET /webhook/secret"],
		["GET /webhook/secret", "GET /webhook/{id}"],
	])("with a literal wins over a parameter, declared as %s, %s", (...lines) => {
		const router = routerOf(lines);

		expect(seen(router.route("GET", "/webhook/secret"))).toEqual([
			"GET /webhook/secret",
			{},
		]);
		expect(seen(router.route("GET", "/webhook/secrets"))).toEqual([
			"GET /webhook/{id}",
			{ id: "secrets" },
		]);
	});

	it("with a literal wins although the operation there has another method", () => {
		const router = routerOf(["PUT /webhook/{id}", "GET /webhook/secret"]);

		expect(router.route("PUT", "/webhook/secret")).toEqual({
			kind: "wrong-method",
			allowed: ["GET"],
		});
	});

	it("is tried again by the parameter where the literal leads nowhere", () => {
		const router = routerOf([
			"GET /a/b/c",
			"GET /a/{x}/d",
			"GET /{y}/b/e",
			"GET /{z}/{w}/f",
		]);

		expect(seen(router.route("GET", "/a/b/c"))).toEqual(["GET /a/b/c", {}]);
		expect(seen(router.route("GET", "/a/b/d"))).toEqual([
			"GET /a/{x}/d",
			{ x: "b" },
		]);
		expect(seen(router.route("GET", "/a/b/e"))).toEqual([
			"GET /{y}/b/e",
			{ y: "a" },
		]);
		expect(seen(router.route("GET", "/a/b/f"))).toEqual([
			"GET /{z}/{w}/f",
			{ z: "a", w: "b" },
		]);
		expect(seen(router.route("GET", "/a/b/g"))).toBe("none");
	});

	it("may hold text around a parameter, of which the longest wins", () => {
		const router = routerOf([
			"GET /{anything}",
			"GET /v{version}",
			"GET /v{version}:latest",
		]);

		expect(seen(router.route("GET", "/v12"))).toEqual([
			"GET /v{version}",
			{ version: "12" },
		]);
		expect(seen(router.route("GET", "/v12:latest"))).toEqual([
			"GET /v{version}:latest",
			{ version: "12" },
		]);
		expect(seen(router.route("GET", "/x12"))).toEqual([
			"GET /{anything}",
			{ anything: "x12" },
		]);
		expect(seen(router.route("GET", "/v"))).toEqual([
			"GET /{anything}",
			{ anything: "v" },
		]);
	});

	it("has no empty parameters", () => {
		const router = routerOf(["GET /a/{id}", "GET /a/{id}/b"]);

		expect(seen(router.route("GET", "/a/"))).toBe("none");
		expect(seen(router.route("GET", "/a//b"))).toBe("none");
	});

	it("is compared with its case", () => {
		const router = routerOf(["GET /Webhooks"]);

		expect(seen(router.route("GET", "/webhooks"))).toBe("none");
	});
});

describe("a trailing slash", () => {
	it("makes another path where it counts", () => {
		const router = routerOf(["GET /hooks/", "GET /hook", "GET /hook/{id}"]);

		expect(seen(router.route("GET", "/hooks/"))).toEqual(["GET /hooks/", {}]);
		expect(seen(router.route("GET", "/hooks"))).toBe("none");
		expect(seen(router.route("GET", "/hook/"))).toBe("none");
		expect(seen(router.route("GET", "/hook/1/"))).toBe("none");
	});

	it("is the same path where it does not count, however the document writes it", () => {
		const router = routerOf(
			["GET /", "GET /hooks/", "GET /hook", "GET /hook/{id}/"],
			"optional",
		);

		for (const slash of ["", "/"]) {
			expect(seen(router.route("GET", `/hooks${slash}`))).toEqual([
				"GET /hooks/",
				{},
			]);
			expect(seen(router.route("GET", `/hook${slash}`))).toEqual([
				"GET /hook",
				{},
			]);
			expect(seen(router.route("GET", `/hook/1${slash}`))).toEqual([
				"GET /hook/{id}/",
				{ id: "1" },
			]);
		}
		expect(seen(router.route("GET", "/"))).toEqual(["GET /", {}]);
		expect(seen(router.route("GET", "/hook//"))).toBe("none");
	});
});

describe("servers", () => {
	it("each put their base path before every operation", () => {
		const router = routerOf(["POST /webhook", "GET /webhook/{id}"], "exact", [
			"https://api.example.com/v1",
			"https://api.example.com/api/v1/",
		]);

		for (const base of ["/v1", "/api/v1"]) {
			expect(seen(router.route("POST", `${base}/webhook`))).toEqual([
				"POST /webhook",
				{},
			]);
			expect(seen(router.route("GET", `${base}/webhook/3`))).toEqual([
				"GET /webhook/{id}",
				{ id: "3" },
			]);
		}
		expect(seen(router.route("POST", "/webhook"))).toBe("none");
	});

	it("may be relative, share a base path, or be absent", () => {
		const bases = (...servers: string[]) => basePaths(documentWith(servers));

		expect(bases("/v1", "https://live.example.com/v1/")).toEqual(["/v1"]);
		expect(bases("https://a.example.com", "https://b.example.com/")).toEqual([
			"",
		]);
		expect(bases()).toEqual([""]);
	});
});

describe("a method", () => {
	it("that the path does not have gives the ones it has", () => {
		const router = routerOf([
			"GET /hooks/{id}",
			"PATCH /hooks/{other}",
			"DELETE /hooks/{id}",
		]);

		expect(router.route("POST", "/hooks/1")).toEqual({
			kind: "wrong-method",
			allowed: ["GET", "PATCH", "DELETE"],
		});
	});

	it("keeps the names its own operation gives the parameters", () => {
		const router = routerOf(["GET /hooks/{id}", "PATCH /hooks/{other}"]);

		expect(seen(router.route("PATCH", "/hooks/1"))).toEqual([
			"PATCH /hooks/{other}",
			{ other: "1" },
		]);
	});

	it("HEAD is answered by GET, unless the document has a HEAD", () => {
		const router = routerOf(["GET /a", "GET /b", "HEAD /b", "POST /c"]);

		expect(seen(router.route("HEAD", "/a"))).toEqual(["GET /a", {}]);
		expect(seen(router.route("HEAD", "/b"))).toEqual(["HEAD /b", {}]);
		expect(seen(router.route("HEAD", "/c"))).toBe("wrong-method");
	});

	it("is compared with its case", () => {
		const router = routerOf(["GET /a"]);

		expect(seen(router.route("get", "/a"))).toBe("wrong-method");
	});
});

describe("percent-encoding", () => {
	const router = routerOf(["GET /a/{id}", "GET /a/{id}/b"]);

	it("is read from parameters", () => {
		expect(seen(router.route("GET", "/a/caf%C3%A9%2Fb%20c"))).toEqual([
			"GET /a/{id}",
			{ id: "café/b c" },
		]);
	});

	it.each(["%", "%4", "%zz", "%C3", "%ED%A0%80", "x%FF"])(
		"is refused when it is broken: %s",
		(id) => {
			expect(seen(router.route("GET", `/a/${id}`))).toBe("bad-encoding");
		},
	);
});

/** Segments of a template: literal text, a parameter, or a parameter with text around it. */
const templates = fc.array(
	fc.constantFrom("a", "b", "va", "{}", "v{}", "{}z", "v{}z"),
	{ minLength: 1, maxLength: 4 },
);

describe("any router", () => {
	const values = anyText(1);

	it("finds every path it was given, with the values the path was made of", () => {
		fc.assert(
			fc.property(
				templates,
				fc.array(values, { minLength: 4, maxLength: 4 }),
				fc.constantFrom(encodeURIComponent, encodeEveryByte),
				(template, given, encode) => {
					const names = template.map((segment, i) =>
						segment.replace("{}", `{p${i}}`),
					);
					const path = template.map((segment, i) =>
						segment.replace("{}", () => encode(given[i] as string)),
					);
					const router = routerOf([`GET /${names.join("/")}`]);

					const result = router.route("GET", `/${path.join("/")}`);

					const params = template.flatMap((segment, i) =>
						segment.includes("{}") ? [[`p${i}`, given[i]]] : [],
					);
					expect(seen(result)).toEqual([
						`GET /${names.join("/")}`,
						Object.fromEntries(params),
					]);
				},
			),
		);
	});

	it("finds what a search through every template finds, the most literal one first", () => {
		const paths = fc.array(
			fc.constantFrom("a", "b", "va", "vb", "az", "vaz", "v", "z"),
			{ minLength: 1, maxLength: 4 },
		);
		fc.assert(
			fc.property(
				fc.uniqueArray(templates, { selector: String, minLength: 1 }),
				paths,
				(known, path) => {
					const router = routerOf(
						known.map((template) =>
							`GET /${template.join("/")}`.replaceAll("{}", "{p}"),
						),
					);

					const result = router.route("GET", `/${path.join("/")}`);

					const found =
						result.kind === "match"
							? result.match.operation.path.replaceAll("{p}", "{}")
							: undefined;
					expect(found).toBe(expected(known, path));
				},
			),
			{
				numRuns: 300,
				// Two segments that are literal alike, of which only the second is followed by a literal one.
				examples: [
					[
						[
							["v{}", "v{}"],
							["{}z", "va"],
						],
						["vaz", "va"],
					],
				],
			},
		);
	});

	it("answers any method and path without throwing", () => {
		const router = routerOf(
			["GET /", "GET /a/{id}", "PUT /v{version}/a", "POST /a/b/{c}/d{e}"],
			"optional",
			["https://api.example.com", "https://api.example.com/base"],
		);
		const wild = fc.oneof(
			anyText(),
			textOf("/", "a", "b", "v", "d", "%", "2", "F", "é", "base"),
		);
		fc.assert(
			fc.property(wild, wild, (method, path) => {
				const { kind } = router.route(method, path);

				expect(["match", "wrong-method", "bad-encoding", "none"]).toContain(
					kind,
				);
			}),
		);
	});
});

function encodeEveryByte(text: string): string {
	return [...Buffer.from(text)]
		.map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
		.join("");
}

/** Whether a path is one of a template's, found the slow way. */
function fits(template: readonly string[], path: readonly string[]): boolean {
	return (
		template.length === path.length &&
		template.every((segment, i) =>
			new RegExp(`^${segment.replace("{}", ".+")}$`).test(path[i] as string),
		)
	);
}

/**
 * The template that is meant, found the slow way: segment by segment the most literal one, and of those that are
 * literal alike the one that was named first.
 */
function expected(
	known: readonly (readonly string[])[],
	path: readonly string[],
): string | undefined {
	let left = known.filter((template) => fits(template, path));
	for (const place of path.keys()) {
		const order = known
			.filter((template) => isBelow(template, left[0], place))
			.map((template) => template[place] as string);
		const best = left
			.map((template) => template[place] as string)
			.sort(
				(one, other) =>
					wildness(one) - wildness(other) ||
					order.indexOf(one) - order.indexOf(other),
			)[0];
		left = left.filter((template) => template[place] === best);
	}
	return left[0] && `/${left[0].join("/")}`;
}

/** Whether two templates are the same up to a place. */
function isBelow(
	template: readonly string[],
	other: readonly string[] | undefined,
	place: number,
): boolean {
	return (
		template.length > place &&
		template.slice(0, place).join("/") === other?.slice(0, place).join("/")
	);
}

/** 0 for a segment that is literal all through. */
function wildness(segment: string): number {
	const [before, after] = segment.split(/\{.*\}/) as [string, string?];
	return after === undefined ? 0 : 9 - before.length - after.length;
}
