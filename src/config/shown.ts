import { fingerprint } from "../fingerprint.ts";
import { maskUrl } from "../mask-url.ts";
import type { Entry, Origin } from "./layers.ts";
import { type Setting, settings } from "./settings.ts";

/** The value of an entry without what is nobody else's business. */
export function masked({ path: [name], value }: Entry): unknown {
	const setting: Setting = settings[name];
	const mask = setting.secret === true ? fingerprint : maskUrl;
	return mapText(value, mask);
}

/** @example originText({ from: "env", variable: "LOCALHOOK_PORT" }) // "env LOCALHOOK_PORT" */
export function originText(origin: Origin): string {
	switch (origin.from) {
		case "flag":
			return origin.flag === undefined ? "flag" : `flag ${origin.flag}`;
		case "env":
			return `env ${origin.variable}`;
		case "config":
			return origin.line === undefined
				? origin.file
				: `${origin.file}:${origin.line}`;
		case "default":
			return "default";
	}
}

function mapText(value: unknown, map: (text: string) => string): unknown {
	if (typeof value === "string") return map(value);
	return Array.isArray(value) ? value.map((each) => mapText(each, map)) : value;
}
