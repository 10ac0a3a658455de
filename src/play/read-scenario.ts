import { installedOf } from "../catalog.ts";
import type { ConfigFile } from "../config/problem.ts";
import {
	checkProvider,
	credentialProblems,
	optionProblems,
} from "../config/provider-problems.ts";
import { readSound } from "../config/read-data.ts";
import { verifyReceiver } from "../config/receivers.ts";
import { type JsonSchema, schemaProblems } from "../config/schema-problems.ts";
import { parseDuration, parseIsoTime } from "../duration.ts";
import { faultProblems, scopeOf } from "../engine/fault-rules.ts";
import { type Installed, refuseUnknownEvent } from "../engine/installed.ts";
import { quoted } from "../errors.ts";
import type { components } from "../generated/scenario.ts";
import { scenarioSchema } from "../generated/scenario-schema.ts";
import { below, type PlacedProblem, problemsOf } from "../problem.ts";

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
		arranged: withChapters,
		check(value) {
			const problems = scenarioProblems(value);
			return problems.length > 0 ? problems : also(value as Scenario);
		},
	});
	return {
		scenario: whole.value as Scenario,
		placeOf(chapter, step) {
			const path = ["chapters", String(chapter), "steps", String(step)];
			const line = whole.locate(path)?.line;
			return line === undefined ? file : `${file}:${line}`;
		},
	};
}

function withChapters(read: ConfigFile): ConfigFile {
	const { value } = read;
	if (typeof value !== "object" || value === null || !("steps" in value))
		return read;
	if ("chapters" in value) return read;
	const { steps, ...rest } = value as Record<string, unknown>;
	return {
		...read,
		value: { ...rest, chapters: [{ title: "Steps", steps }] },
		locate: (path, name) =>
			read.locate(path[0] === "chapters" ? path.slice(2) : path, name),
	};
}

const schema: JsonSchema = scenarioSchema;
/** Whatever a plan says: `faultProblems` checks it. */
const defs = { ...schema.$defs, Faults: {} };

/** Everything that is wrong with a scenario; none: it can be played. */
export function scenarioProblems(value: unknown): PlacedProblem[] {
	const misshapen = schemaProblems(value, schema, { defs });
	if (misshapen.length > 0) return misshapen;
	const scenario = value as Scenario;
	const { provider, clock, receiver, options, credentials } = scenario;
	const unknown = problemsOf(["provider"], () => checkProvider(provider));
	if (unknown.length > 0) return unknown;
	const [installed] = installedOf([provider]) as [Installed];
	const problems = [
		...below(["options"], optionProblems(provider, options)),
		...below(["credentials"], credentialProblems(provider, credentials)),
		...faultsOf(scenario, installed),
	];
	if (receiver !== undefined)
		problems.push(...problemsOf(["receiver"], () => verifyReceiver(receiver)));
	if (clock !== undefined && parseIsoTime(clock) === undefined)
		problems.push({
			path: ["clock"],
			message: `${quoted(clock)} is not a time. Write one such as 2026-01-05T09:00:00Z.`,
		});
	for (const [chapter, { steps }] of scenario.chapters.entries())
		for (const [index, step] of steps.entries()) {
			const path = ["chapters", `${chapter}`, "steps", `${index}`];
			problems.push(...below(path, stepProblems(step, installed)));
		}
	return problems;
}

/** What the schema cannot say of a step. */
function stepProblems(
	step: Parts["Step"],
	installed: Installed,
): PlacedProblem[] {
	if ("call" in step && /^(GET|HEAD) /.test(step.call) && "body" in step)
		return [{ path: ["body"], message: "a GET has no body. Leave it out." }];
	if ("advance" in step)
		return problemsOf(["advance"], () => parseDuration(step.advance));
	if ("send" in step)
		return problemsOf(["send"], () =>
			refuseUnknownEvent(installed.provider, step.send),
		);
	return "faults" in step ? faultsOf(step, installed) : [];
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
