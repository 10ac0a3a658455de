import { type Engine, refuseStopped } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";

type Function = (...given: never[]) => unknown;

const asynchronous = (async () => {}).constructor;

/**
 * The members as the user's code calls them: none but `close` works once the engine is closed, and an error names the
 * line that called.
 */
export function bordered<Members extends object>(
	engine: Engine,
	members: Members,
): Members {
	const all = Object.getOwnPropertyDescriptors(members);
	for (const [name, member] of Object.entries(all))
		if (typeof member.value === "function" && name !== "close")
			Object.defineProperty(members, name, {
				...member,
				value: called(engine, name, member.value),
			});
	return members;
}

function called(engine: Engine, name: string, member: Function): Function {
	return function call(...given) {
		try {
			refuseStopped(engine, name);
			const made = member(...given);
			return made instanceof Promise ? placed(made, call) : made;
		} catch (error) {
			const failure = named(error, placeOf(call));
			if (member instanceof asynchronous) return Promise.reject(failure);
			throw failure;
		}
	};
}

/**
 * Lets an error of ours name the line that asked for the promise: it comes to be when no line of the user's is on the
 * stack. @param own how many more functions of ours are between that line and `by`
 */
export function placed<Value>(
	promise: Promise<Value>,
	by: Function,
	own = 0,
): Promise<Value> {
	const place = placeOf(by);
	return promise.catch((error) => {
		throw named(error, place, own);
	});
}

type Place = { readonly stack?: string };

/** V8 turns it into text only if it is looked at. Other engines may have nothing of the kind. */
function placeOf(by: Function): Place {
	const place: Place = {};
	Error.captureStackTrace?.(place, by);
	return place;
}

function named(error: unknown, { stack }: Place, own = 0): unknown {
	if (error instanceof LocalhookError && typeof stack === "string") {
		const frames = stack.split("\n").slice(1 + own);
		error.stack = [String(error), ...frames].join("\n");
	}
	return error;
}
