/** The value of a JSON text that may be none; undefined: it is none. */
export function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name that leads to what all objects share. */
export function isForbidden(name: string): boolean {
	return name === "__proto__" || name === "constructor" || name === "prototype";
}

/** The names in a JSON pointer, such as `/a/b`. What stands before the first slash is no part of it. */
export function stepsOf(pointer: string): string[] {
	return pointer
		.split("/")
		.slice(1)
		.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
