import { invalidOption, LocalhookError } from "../errors.ts";
import type { Conversation } from "./conversation.ts";

/** What a receiver has done so far: how often, or a key for each time. */
export type Reading = number | readonly unknown[];

export interface Effects {
	/** Rejects with a sentence where it cannot be read. */
	read(): Promise<Reading>;
	/** The receiver need not tell of any: then nobody knows. */
	readonly isOptional?: boolean;
}

/** Milliseconds that effects may take, and between two looks at them at most. */
const longest = 5000;
const shortest = 100;
/** Milliseconds, where none need come: a check of later ones outlasts its deadline. */
export const longestOptional = 2000;
/** Milliseconds by which expected effects may be late. */
const lateness = 1000;

/** Milliseconds above which the first effect may have taken so long because it was the first. */
const cold = 150;

export type Watch = Awaited<ReturnType<typeof watch>>;

/**
 * Watches effects. They come after the answer where a receiver stores first and works later, so a look waits until they
 * stand still.
 *
 * @param settle milliseconds in which nothing moves; default: twice what an effect takes, a quarter of that after one
 */
export async function watch(
	effects: Effects,
	{
		wait,
		stopwatch,
		answers,
	}: Pick<Conversation, "wait" | "stopwatch" | "answers">,
	settle?: number,
) {
	const count = async () => countOf(await effects.read());
	let before = await count().catch((error: Error) => {
		if (error instanceof LocalhookError) throw error;
		throw invalidOption(
			`Failed to read the probe: ${error.message.replace(/\.$/, "")}. It must give a number, or a JSON list of keys.`,
		);
	});
	const stillOf = (delay: number) => settle ?? Math.max(shortest, delay / 2);
	let still = stillOf(0);
	let lag = 0;
	/** How many answers there were at the last look. */
	let seen = 0;

	async function settled(): Promise<number> {
		const now = stopwatch();
		const limit = now + longest + still;
		let last = await count();
		// What was answered long ago has had its effect.
		const due = (answers.at(-1)?.until ?? now) + 2 * lag - now;
		let since = still - Math.min(longest, Math.max(settle ?? shortest, due));
		while (since < still && stopwatch() < limit) {
			const step = Math.max(10, Math.ceil(still / 4));
			await wait(step);
			const now = await count();
			since = now === last ? since + step : 0;
			last = now;
		}
		return last;
	}
	/** How long after the last answer effects come, one of each delivery; undefined: none does. */
	async function arrived(): Promise<number | undefined> {
		const start = answers.at(-1)?.until ?? stopwatch();
		const sent = answers.slice(seen).filter((each) => each.accepted).length;
		const most = effects.isOptional ? longestOptional : longest;
		let had = 0;
		let late: number | undefined;
		for (;;) {
			const moved = (await count()) - before;
			const passed = stopwatch() - start;
			if (moved !== had) late = passed;
			had = moved;
			if (had >= sent || passed > (late ?? most - lateness) + lateness)
				return late;
			await wait(10);
		}
	}
	return {
		/**
		 * Waits for the first effect, and learns how long effects take. A receiver loads things for the first one, so
		 * another one is asked for if it is slow.
		 */
		async first(again: () => Promise<unknown>): Promise<boolean> {
			let late = await arrived();
			if (late === undefined) return false;
			still = stillOf(late);
			if (late > cold && settle === undefined) {
				await this.moved();
				await again();
				late = (await arrived()) ?? late;
				still = stillOf(late);
			}
			await this.moved();
			lag = late;
			return true;
		},
		/** Waiting for effects takes longer than sending. */
		isLate: () => lag > shortest,
		/** Lets go of what was done by deliveries that were accepted since the last look. */
		async clear(): Promise<void> {
			if (answers.slice(seen).some(({ accepted }) => accepted))
				await this.moved();
		},
		/**
		 * How many effects there were since the last look.
		 *
		 * @param expected they are waited for where they are late: a queue, or a busy machine
		 */
		async moved(expected = 0, patience = lateness): Promise<number> {
			const until = stopwatch() + patience;
			let now = await settled();
			while (now - before < expected && stopwatch() < until)
				now = await settled();
			seen = answers.length;
			const moved = now - before;
			before = now;
			return moved;
		},
	};
}

/** In place of a watch: takes what is to have an effect to have it, and adds up how many those are. */
export function createBelief({ answers }: Pick<Conversation, "answers">) {
	let total = 0;
	let seen = answers.length;
	const accepted = () =>
		answers.slice(seen).filter((each) => each.accepted).length;
	async function moved(expected = 0): Promise<number> {
		total += expected;
		seen = answers.length;
		return expected;
	}
	return {
		moved,
		clear: async () => void (await moved(accepted())),
		isLate: () => true,
		total: () => total + accepted(),
	};
}

/** @throws for what is neither a number nor a list */
function countOf(reading: unknown): number {
	if (Array.isArray(reading)) return reading.length;
	if (typeof reading === "number" && Number.isFinite(reading)) return reading;
	throw new Error("it is neither a number nor a JSON list");
}

/** @throws for what is no JSON */
export function readingOf(text: string): Reading {
	try {
		return JSON.parse(text);
	} catch {
		throw new Error(`${JSON.stringify(text.slice(0, 100))} is no JSON`);
	}
}
