/**
 * The platform's timers, microtasks and clocks, as they are when localhook is loaded. A test that fakes the global ones
 * later must not stop a delivery that is under way.
 *
 * Everything else takes them from here. The build puts them in place of the globals in the packages that it bundles too.
 */
const { queueMicrotask } = globalThis;
/** Node's own: in a context of a test runner, the global ones may be those of a page that jsdom plays. */
const {
	setTimeout,
	clearTimeout,
	setInterval,
	clearInterval,
	setImmediate,
	clearImmediate,
}: Timers = globalThis.process?.getBuiltinModule?.("timers") ?? globalThis;

/** Browsers have no immediates. */
type Timers = Pick<
	typeof globalThis,
	"setTimeout" | "clearTimeout" | "setInterval" | "clearInterval"
> &
	Partial<Pick<typeof globalThis, "setImmediate" | "clearImmediate">>;

export {
	clearImmediate,
	clearInterval,
	clearTimeout,
	queueMicrotask,
	setImmediate,
	setInterval,
	setTimeout,
};

/** `Date.now()` of the real `Date`. */
export const now = globalThis.Date.now;

const hrtime = globalThis.process?.hrtime;

/** Milliseconds to measure a duration by. Not by `performance` in Node, which loads that when it is first asked for. */
export const stopwatch = hrtime
	? () => {
			const [seconds, nanoseconds] = hrtime();
			return seconds * 1000 + nanoseconds / 1e6;
		}
	: globalThis.performance.now.bind(globalThis.performance);

/**
 * What `Date` says when this is called, faked or not. A receiver in this process judges the age of a timestamp by it.
 */
export function apparentNow(): number {
	return Date.now();
}
