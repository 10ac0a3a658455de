import { check } from "../check/check.ts";
import type { CheckOptions } from "../check/options.ts";
import { checkArgument, kinds, whole } from "../engine/shape.ts";
import { invalidRequest, quoted } from "../errors.ts";
import { type Origin, originOf } from "../hooks/deliveries.ts";
import { describeUndelivered, evidence, unmatched } from "../hooks/evidence.ts";
import { shortened } from "../printing.ts";
import type { Receiver } from "../receivers/receiver.ts";

/**
 * For `expect.extend`, in Vitest, Jest and Playwright. A failure shows every attempt, the deliveries most like those in question,
 * why the receiver may have refused, and the seed.
 *
 * @example
 * expect.extend(matchers)
 * await expect(hooks.prolific.send("study.status.change")).toBeDelivered()
 */
export const matchers = {
	toBeDelivered,
	toHaveAttempts,
	toMatchEvent,
	toPassCheck,
};

/** On a delivery, on what `send` gave, or on a list of deliveries. */
export interface LocalhookMatchers<R = void> {
	/** That the receiver took every one of them, once the attempts that are under way have ended. */
	toBeDelivered(): Promise<void>;
	/** How often each was attempted. */
	toHaveAttempts(count: number): R;
	/** That one of them carries such an event; what is left out may be anything. */
	toMatchEvent(event: EventPattern): R;
	/** On a receiver, or its URL: that `check` finds no failure. */
	toPassCheck(options: CheckOptions): Promise<void>;
}

declare global {
	namespace jest {
		// Vitest's own assertions take what stands here as well.
		interface Matchers<R, T> extends LocalhookMatchers<R> {}
	}
}

/** What is left out may be anything. Asymmetric matchers such as `expect.any(String)` may stand anywhere. */
export interface EventPattern {
	readonly type?: unknown;
	readonly payload?: unknown;
}

function toMatchEvent(received: unknown, wanted: EventPattern): MatcherResult {
	const read = readReceived(received);
	checkArgument(wanted, kinds.record, "pattern of an event");
	const compared = read.deliveries
		.map(({ id, event }) => ({
			id,
			event,
			differs: Object.entries(wanted).flatMap(([name, value]) =>
				differences(value, event[name as keyof EventPattern], name),
			),
		}))
		.sort((a, b) => a.differs.length - b.differs.length);
	const pass = compared[0]?.differs.length === 0;
	const lines = compared
		.slice(0, 3)
		.map(
			({ id, event, differs }) =>
				`${event.type} ${id}${differs.map((each) => `\n  ${each}`).join("")}`,
		);
	return {
		pass,
		message: () =>
			[
				pass
					? "Expected no delivery to carry such an event, and one does:"
					: `Expected a delivery to carry such an event${lines.length === 0 ? ": there is no delivery." : ". It differs in:"}`,
				...lines,
				evidence(read.engine, read.deliveries),
			].join("\n"),
	};
}

/** One line for each place. The values are those of JSON, so that nothing of the runner's own equality is needed. */
function differences(
	wanted: unknown,
	found: unknown,
	path: string,
): readonly string[] {
	if (
		isAsymmetric(wanted)
			? wanted.asymmetricMatch(found)
			: Object.is(wanted, found)
	)
		return [];
	const areLists =
		Array.isArray(wanted) &&
		Array.isArray(found) &&
		wanted.length === found.length;
	if (areLists || (isPlain(wanted) && isPlain(found)))
		return Object.entries(wanted).flatMap(([key, value]) =>
			differences(
				value,
				(found as Readonly<Record<string, unknown>>)[key],
				areLists ? `${path}[${key}]` : `${path}.${key}`,
			),
		);
	return [`${path}: wanted ${shown(wanted)}, found ${shown(found)}`];
}

function isAsymmetric(
	value: unknown,
): value is { asymmetricMatch(found: unknown): boolean } {
	return typeof Object(value).asymmetricMatch === "function";
}

function isPlain(value: unknown): value is object {
	return (
		typeof value === "object" &&
		value !== null &&
		Object.getPrototypeOf(value) === Object.prototype &&
		!isAsymmetric(value)
	);
}

function shown(value: unknown): string {
	if (value === undefined) return "nothing";
	const text = isAsymmetric(value) ? String(value) : quoted(value);
	return shortened(text, 100);
}

function toHaveAttempts(received: unknown, count: number): MatcherResult {
	const read = readReceived(received);
	checkArgument(count, whole(0), "number of attempts");
	const made = read.deliveries.map(({ attempts }) => attempts.length);
	const pass = made.length > 0 && made.every((each) => each === count);
	return {
		pass,
		message: () =>
			`Expected ${pass ? "another number of attempts than" : "attempts:"} ${count}, found ${made.join(", ") || "no delivery"}.\n${evidence(read.engine, read.deliveries)}`,
	};
}

async function toPassCheck(
	received: unknown,
	options: CheckOptions,
): Promise<MatcherResult> {
	const { ok, text } = await check(received as Receiver, options);
	const wanted = ok ? "some check to fail" : "the receiver to pass every check";
	return { pass: ok, message: () => `Expected ${wanted}:\n${text}` };
}

/** Waits for the attempts that are under way, never for time to pass. */
async function toBeDelivered(
	this: MatcherContext,
	received: unknown,
): Promise<MatcherResult> {
	const { engine, event, deliveries } = readReceived(received);
	await engine.idle();
	const missing = deliveries.filter(({ state }) => state !== "delivered");
	const pass = deliveries.length > 0 && missing.length === 0;
	const wanted = this.isNot ? "no delivery to arrive" : "a delivery to arrive";
	const found =
		deliveries.length === 0
			? `Expected ${wanted}: ${unmatched(engine, event)}`
			: `Expected ${wanted}, and it did.`;
	// Asking a receiver has effects, so a test that is content is left alone.
	const text =
		missing.length > 0 && !this.isNot
			? await describeUndelivered(engine, deliveries, missing)
			: `${found}\n${evidence(engine, deliveries)}`;
	return { pass, message: () => text };
}

function readReceived(received: unknown): Origin {
	const origins = [received].flat().map(originOf);
	const [first] = origins;
	if (first === undefined) {
		const what = Array.isArray(received) ? "an empty list" : typeof received;
		throw invalidRequest(
			`Failed to look at what was received: it is ${what === "object" ? "an object" : what}, and no delivery of localhook's. ` +
				"Give a delivery, what send gave, or a list such as hooks.deliveries().",
		);
	}
	return {
		...first,
		deliveries: origins.flatMap((origin) => origin?.deliveries ?? []),
	};
}

interface MatcherContext {
	readonly isNot: boolean;
}

interface MatcherResult {
	readonly pass: boolean;
	message(): string;
}
