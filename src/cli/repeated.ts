import { LocalhookError } from "../errors.ts";

/** By provider: what was said of it, in the order it was said. `name` is empty for `provider=value`. */
export type Assignments = Readonly<
	Record<string, readonly (readonly [name: string, value: string])[]>
>;

/** For an option that may be given several times: reads each value and keeps them all. */
export function collect<Value>(read: (text: string) => Value) {
	return (text: string, before: readonly Value[] = []): readonly Value[] => [
		...before,
		read(text),
	];
}

/** For `provider=value` and `provider.name=value`. @throws LocalhookError `invalid-option` */
export function collectAssignment(
	text: string,
	before: Assignments = {},
): Assignments {
	const match = /^([^.=]+)(?:\.([^=]+))?=(.+)$/s.exec(text);
	if (match === null) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to read "${text}": it is not an assignment. Give provider=value for a credential, provider.name=value for an option.`,
		);
	}
	const [, provider = "", name = "", value = ""] = match;
	return {
		...before,
		[provider]: [...(before[provider] ?? []), [name, value]],
	};
}
