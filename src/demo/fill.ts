import { Unforeseen } from "./unforeseen.ts";

/** Puts what is known in the place of each `<name>`. */
export function fill(text: string, known: ReadonlyMap<string, string>): string {
	return text.replaceAll(/<(\w+)>/g, (_, name: string) => {
		const value = known.get(name);
		if (value === undefined)
			throw new Unforeseen(`"${name}" to be known`, "nothing kept under it");
		return value;
	});
}

/** The same for each text in a value, which becomes JSON. */
export function fillJson(
	value: object,
	known: ReadonlyMap<string, string>,
): string {
	return JSON.stringify(value, (_, each: unknown) =>
		typeof each === "string" ? fill(each, known) : each,
	);
}
