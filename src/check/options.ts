import { either, kinds, type Shape } from "../engine/shape.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import type { Scheme } from "../signing/scheme.ts";
import type { Reading } from "./effects.ts";

/** What a receiver is checked by, and what of it. */
export interface CheckOptions {
	/** Whose deliveries it gets. */
	readonly provider?: ProviderId;
	/** In place of a provider: the name of a preset, or a scheme. */
	readonly scheme?: string | Scheme;
	/** What the receiver verifies with. Default: made from the seed, as `hooks.env` has it. */
	readonly secret?: string;
	/** A second secret that it accepts too. */
	readonly nextSecret?: string;
	/** Counts effects: a number or a list of keys, or a URL that answers GET with one. Absent: nothing is said of effects. */
	readonly probe?: string | URL | (() => Reading | PromiseLike<Reading>);
	/** Makes the work of the next event fail, once. Absent: nothing is said of the retry of what failed. */
	readonly fail?: () => unknown;
	/** How long effects stand still before they are counted. Default: twice what the first took. */
	readonly settle?: string;
	/** Where a receiver that is not a URL is called. Default: `/webhooks/<provider>`. */
	readonly path?: string;
	/** The event that is sent where it does not matter. */
	readonly type?: string;
	/** For a scheme: what is sent in place of an invented body, with ids of its own. */
	readonly body?: string;
	readonly seed?: string;
	/** Ids of checks, or the first part of some: `["sig", "dup.parallel"]`. */
	readonly only?: readonly string[];
	readonly skip?: readonly string[];
	/** Warnings and what was not looked at count as failures. */
	readonly strict?: boolean;
	/** Hosts beside loopback. */
	readonly allowReceivers?: readonly string[];
	/** How long all of it may take. Default: `60s`. */
	readonly deadline?: string;
}

const { text, texts, flag, func } = kinds;
export const shape = {
	provider: text,
	scheme: either("a name or a scheme", text, kinds.record),
	secret: { ...text, isSecret: true },
	nextSecret: { ...text, isSecret: true },
	probe: either("a URL or a function", text, func, kinds.url),
	fail: func,
	settle: text,
	path: text,
	type: text,
	body: text,
	seed: text,
	only: texts,
	skip: texts,
	strict: flag,
	allowReceivers: texts,
	deadline: text,
} satisfies Shape<CheckOptions>;

/** The options of `check()`, each of which may be undefined. */
export type Asked = {
	readonly [Name in keyof CheckOptions]: CheckOptions[Name] | undefined;
};
