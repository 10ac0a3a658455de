import { installedOf } from "../catalog.ts";
import { checkProvider } from "../config/provider-problems.ts";
import { readSound } from "../config/read-data.ts";
import { verifyReceiver } from "../config/receivers.ts";
import { parseBadSignature } from "../delivery/bad-signature.ts";
import { createSystemClock } from "../delivery/clock.ts";
import { parseDuration, parseIsoTime } from "../duration.ts";
import { createComposer, refuseUnknownEvent } from "../engine/composer.ts";
import { faultProblems, scopeOf } from "../engine/fault-plan.ts";
import {
	checkedCredentials,
	checkOption,
	type Installed,
} from "../engine/options.ts";
import { isRecord } from "../engine/shape.ts";
import { quoted } from "../errors.ts";
import type { components } from "../generated/scenario.ts";
import { scenarioSchema } from "../generated/scenario-schema.ts";
import { didYouMean } from "../nearest.ts";
import {
	below,
	type PlacedProblem,
	problemsOf,
	problemsWithin,
} from "../problem.ts";
import { type JsonSchema, schemaProblems } from "../schema-problems.ts";

/** The parts of a scenario, as scenario.schema.json describes them. */
type Parts = components["schemas"];

export type { Parts };

/** What happens at one provider, and how each step has to end. */
export type Scenario = Parts["Scenario"] & {
	/** Steps at the top of a file are those of one chapter. */
	readonly chapters: readonly Parts["Chapter"][];
};

/** A scenario, and where each of its steps stands. */
export interface ReadScenario {
	readonly scenario: Scenario;
	/** Such as `pause.yaml:12`; undefined: it was no file. */
	placeOf(chapter: number, step: number): string | undefined;
}

/**
 * Reads a scenario from a YAML or JSON file.
 *
 * @param also what else is wrong with it where it is to be played
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 */
export async function readScenario(
	file: string,
	also: (scenario: Scenario) => readonly PlacedProblem[] = () => [],
): Promise<ReadScenario> {
	const whole = readSound("scenario", file, {
		check(value) {
			const problems = scenarioProblems(value);
			return problems.length > 0 ? problems : also(value as Scenario);
		},
	});
	const { steps, ...rest } = whole.value as Scenario & Parts["Scenario"];
	const chapters = rest.chapters ?? [{ title: "Steps", steps: steps ?? [] }];
	return {
		scenario: { ...rest, chapters },
		placeOf(chapter, step) {
			const above = steps ? [] : ["chapters", `${chapter}`];
			const line = whole.locate([...above, "steps", `${step}`])?.line;
			return line === undefined ? file : `${file}:${line}`;
		},
	};
}

const schema: JsonSchema = scenarioSchema;
/** Whatever a plan says: `faultProblems` checks it. */
const defs = { ...schema.$defs, Faults: {} };

/** Everything that is wrong with a scenario; none: it can be played. */
export function scenarioProblems(value: unknown): PlacedProblem[] {
	const misshapen = schemaProblems(value, schema, { defs });
	return [...misshapen, ...meaningProblems(without(value, misshapen))];
}

/** What has steps: they are looked at, whatever it lacks. */
const around = /^(chapters\/\d+)?$/;

/** A copy without the values that have not their shape, so that one run finds what else is wrong. */
function without(
	value: unknown,
	problems: readonly PlacedProblem[],
): Partial<Parts["Scenario"]> {
	const sound = { root: structuredClone(value) };
	for (const { path } of problems) {
		const names = ["root", ...path];
		const last = names.pop() as string;
		// A value that was around it may be gone already.
		const parent = names.reduce<unknown>((at, name) => Object(at)[name], sound);
		const isKept =
			around.test(path.join("/")) && isRecord(Object(parent)[last]);
		if (!isKept) delete Object(parent)[last];
	}
	return sound.root ?? {};
}

/** What the schema cannot say. */
function meaningProblems(
	scenario: Partial<Parts["Scenario"]>,
): PlacedProblem[] {
	const { provider, clock, receiver, options, credentials } = scenario;
	const problems: PlacedProblem[] = [];
	if (receiver !== undefined)
		problems.push(...problemsOf(["receiver"], () => verifyReceiver(receiver)));
	if (clock !== undefined && parseIsoTime(clock) === undefined)
		problems.push({
			path: ["clock"],
			message: `${quoted(clock)} is not a time. Write one such as 2026-01-05T09:00:00Z.`,
		});
	const unknown =
		provider === undefined
			? []
			: problemsOf(["provider"], () => checkProvider(provider));
	problems.push(...unknown);
	let played: Played | undefined;
	if (provider !== undefined && unknown.length === 0) {
		const [installed] = installedOf([provider]) as [Installed];
		played = { installed, ...createComposer(installed, createSystemClock()) };
		problems.push(
			...problemsWithin(["options"], options ?? {}, (text, _, name) =>
				checkOption(installed.provider, name, text),
			),
			...problemsWithin(["credentials"], credentials ?? [], (text) =>
				checkedCredentials(installed.provider, [text]),
			),
			...faultsOf(scenario, installed),
		);
	}
	for (const [path, steps = []] of listsOfSteps(scenario))
		for (const [index, step] of steps.entries())
			problems.push(
				...below([...path, `${index}`], stepProblems(step, played)),
			);
	return problems;
}

/** Whichever step it is, or should be. */
type AnyStep = Partial<
	Omit<Parts["CallStep"] & Parts["AdvanceStep"] & Parts["SendStep"], "expect">
> &
	Partial<Record<"expect" | "faults" | "secret", unknown>>;

type Played = ReturnType<typeof createComposer> & {
	readonly installed: Installed;
};

function listsOfSteps({ chapters = [], steps }: Partial<Parts["Scenario"]>) {
	// A chapter that is none has left a gap.
	const ofChapters = Array.from(
		chapters,
		(each, index) => [["chapters", `${index}`, "steps"], each?.steps] as const,
	);
	return [[["steps"], steps] as const, ...ofChapters];
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** @param played undefined: the provider is not known */
function stepProblems(
	given: Parts["Step"] | undefined,
	played: Played | undefined,
): PlacedProblem[] {
	const step: AnyStep = given ?? {};
	const { call, advance, send, set = {}, sign } = step;
	const problems: PlacedProblem[] = [];
	const check = (path: string[], of: () => unknown) =>
		problems.push(...problemsOf(path, of));
	const [method = ""] = call?.split(" ") ?? [];
	if (call !== undefined && !methods.includes(method))
		problems.push({
			path: ["call"],
			message: `there is no method ${quoted(method)}.${didYouMean(method, methods)} Choose one of ${methods.join(", ")}.`,
		});
	if (/^(GET|HEAD)$/.test(method) && step.body !== undefined)
		problems.push({
			path: ["body"],
			message: "a GET has no body. Leave it out.",
		});
	if (advance !== undefined) check(["advance"], () => parseDuration(advance));
	if (sign !== undefined) check(["sign"], () => parseBadSignature(sign));
	if (played === undefined) return problems;
	const { provider } = played.installed;
	if (send !== undefined && !Object.hasOwn(provider.events, send))
		check(["send"], () => refuseUnknownEvent(provider, send));
	else if (send !== undefined) {
		const { payload, merge } = step;
		const request = { payload, merge, set: asTexts(set) };
		const before = problems.length;
		const whole = problemsOf([], () => played.check(send, request));
		if (whole.length > 0) {
			check(["merge"], () => played.check(send, { payload, merge }));
			for (const [path, value] of Object.entries(request.set))
				check(["set", path], () =>
					played.check(send, { payload, set: { [path]: value } }),
				);
		}
		if (problems.length === before) problems.push(...whole);
	}
	return [...problems, ...faultsOf(step, played.installed)];
}

/** The values that `set` puts in, as text. */
export function asTexts(
	set: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(set).map(([path, value]) => [path, textOf(value)]),
	);
}

export function textOf(value: unknown): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}

function faultsOf(
	{ faults = [] }: { readonly faults?: unknown },
	installed: Installed,
): PlacedProblem[] {
	return below(
		["faults"],
		faultProblems(faults, () => scopeOf([installed])),
	);
}
