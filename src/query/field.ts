import type { Pattern } from "./glob.ts";
import type { Refuse } from "./refuse.ts";
import type { Subject } from "./subject.ts";

export interface Help {
	readonly summary: string;
	readonly example: string;
}

/** What a term can ask about. */
export interface Field extends Help {
	/** Such a term is asked last, for it is the dearest. */
	readonly readsBody?: true;
	/** @throws LocalhookError made by `refuse`, for a value that is none of this field's */
	read(pattern: Pattern, refuse: Refuse): Test;
	/** What a delivery has there, for people to read. */
	found(subject: Subject): string | undefined;
}

export type Test = (subject: Subject) => boolean;
