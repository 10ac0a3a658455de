import { installedOf } from "../catalog.ts";
import { checkProvider } from "../config/provider-problems.ts";
import { readSound } from "../config/read-data.ts";
import { verifyReceiver } from "../config/receivers.ts";
import { parseBadSignature } from "../delivery/bad-signature.ts";
import { createSystemClock } from "../delivery/clock.ts";
import { parseDuration, parseIsoTime } from "../duration.ts";
import {
	createComposer,
	type EventRequest,
	refuseUnknownEvent,
} from "../engine/composer.ts";
import { faultProblems, scopeOf } from "../engine/fault-plan.ts";
import {
	checkedCredentials,
	checkOption,
	type Installed,
} from "../engine/options.ts";
import { quoted } from "../errors.ts";
import type { components } from "../generated/scenario.ts";
import { scenarioSchema } from "../generated/scenario-schema.ts";
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

export type Scenario = Parts["Scenario"] & {
	/** Steps at the top of a file are those of one chapter. */
	readonly chapters: readonly Parts["Chapter"][];
};

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
	return misshapen.length > 0
		? misshapen
		: meaningProblems(value as Parts["Scenario"]);
}

function meaningProblems(scenario: Parts["Scenario"]): PlacedProblem[] {
	const { provider: id, clock, receiver, options, credentials } = scenario;
	const { steps = [], chapters = [] } = scenario;
	const unknown = problemsOf(["provider"], () => checkProvider(id));
	if (unknown.length > 0) return unknown;
	const [installed] = installedOf([id]) as [Installed];
	const { provider } = installed;
	const { check } = createComposer(installed, createSystemClock());
	const problems = [
		...problemsOf(
			["receiver"],
			() => receiver !== undefined && verifyReceiver(receiver),
		),
		...problemsWithin(["options"], options ?? {}, (text, _, name) =>
			checkOption(provider, name, text),
		),
		...problemsWithin(["credentials"], credentials ?? [], (text) =>
			checkedCredentials(provider, [text]),
		),
		...faultsOf(scenario, installed),
	];
	if (clock !== undefined && parseIsoTime(clock) === undefined)
		problems.push({
			path: ["clock"],
			message: `${quoted(clock)} is not a time. Write one such as 2026-01-05T09:00:00Z.`,
		});
	const lists = [
		{ path: ["steps"], steps },
		...chapters.map(({ steps }, index) => {
			return { path: ["chapters", `${index}`, "steps"], steps };
		}),
	];
	for (const { path, steps } of lists)
		for (const [index, step] of steps.entries())
			problems.push(
				...below([...path, `${index}`], stepProblems(step, installed, check)),
			);
	return problems;
}

function stepProblems(
	step: Parts["Step"],
	installed: Installed,
	check: (type: string, request: EventRequest) => unknown,
): PlacedProblem[] {
	if ("advance" in step)
		return problemsOf(["advance"], () => parseDuration(step.advance));
	if ("faults" in step) return faultsOf(step, installed);
	if (!("send" in step)) return [];
	const { send, payload, merge, set, sign } = step;
	const signing = problemsOf(["sign"], () => sign && parseBadSignature(sign));
	const unknown = problemsOf(["send"], () =>
		refuseUnknownEvent(installed.provider, send),
	);
	if (unknown.length > 0) return [...signing, ...unknown];
	const unfit = problemsOf(["merge"], () => check(send, { payload, merge }));
	if (unfit.length > 0) return [...signing, ...unfit];
	const changes = Object.entries(asTexts(set)).flatMap(([path, value]) =>
		problemsOf(["set", path], () =>
			check(send, { payload, merge, set: { [path]: value } }),
		),
	);
	return [...signing, ...changes];
}

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
