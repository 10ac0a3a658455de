import { installedOf } from "../catalog.ts";
import {
	type ConfigFile,
	invalidConfig,
	problemsIn,
} from "../config/problem.ts";
import {
	credentialProblems,
	optionProblems,
} from "../config/provider-problems.ts";
import { readData } from "../config/read-data.ts";
import { verifyReceiver } from "../config/receivers.ts";
import { schemaProblems } from "../config/schema-problems.ts";
import { parseDuration } from "../duration.ts";
import { faultProblems, scopeOf } from "../engine/fault-rules.ts";
import type { Installed } from "../engine/installed.ts";
import { refuseUnknownEvent } from "../engine/refusals.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { parseIsoTime } from "../iso-time.ts";
import { didYouMean } from "../nearest.ts";
import {
	below,
	type Path,
	type PlacedProblem,
	problemsOf,
} from "../problem.ts";
import type { Chapter, Scenario, Step } from "./scenario.ts";
import { companions, outcomes, scenarioSchema, verbs } from "./schema.ts";

/** A scenario, and where each of its steps stands. */
export interface ReadScenario {
	readonly scenario: Scenario;
	/** Such as `pause.yaml:12`; undefined: it was no file. */
	placeOf(chapter: number, step: number): string | undefined;
}

/**
 * Reads a scenario from a YAML or JSON file. Steps may stand at the top, without chapters.
 *
 * @param also what else is wrong with it where it is to be played
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 */
export async function readScenario(
	file: string,
	also: (scenario: Scenario) => readonly PlacedProblem[] = () => [],
): Promise<ReadScenario> {
	const read = await readData(file).catch((error: Error) => {
		throw new LocalhookError(
			"invalid-config",
			`Failed to read the scenario ${quoted(file)}: ${error.message}. Give the path of a YAML or JSON file.`,
			{ cause: error },
		);
	});
	const whole = withChapters(read);
	const problems = await problemsIn(file, whole, async (value) => {
		const problems = await scenarioProblems(value);
		return problems.length > 0 ? problems : also(value as Scenario);
	});
	if (problems.length > 0) throw invalidConfig(problems);
	return {
		scenario: whole.value as Scenario,
		placeOf(chapter, step) {
			const path = ["chapters", String(chapter), "steps", String(step)];
			const line = whole.locate(path)?.line;
			return line === undefined ? file : `${file}:${line}`;
		},
	};
}

/** Steps at the top are those of one chapter. */
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

/** Everything that is wrong with a scenario; none: it can be played. */
export async function scenarioProblems(
	value: unknown,
): Promise<PlacedProblem[]> {
	const problems = await schemaProblems(value, scenarioSchema);
	if (problems.length > 0) return problems;
	const scenario = value as Scenario;
	const { clock, receiver, options, credentials } = scenario;
	const unknown = problemsOf(["provider"], () =>
		installedOf([scenario.provider]),
	);
	if (unknown.length > 0) return unknown;
	const [installed] = installedOf([scenario.provider]) as [Installed];
	const { provider } = installed;
	return [
		...optionProblems(["options"], provider.id, options),
		...credentialProblems(["credentials"], provider.id, credentials),
		...(receiver === undefined
			? []
			: problemsOf(["receiver"], () => verifyReceiver(receiver))),
		...below(["faults"], faultsOf(scenario, installed)),
		...(clock === undefined || parseIsoTime(clock) !== undefined
			? []
			: [
					{
						path: ["clock"],
						message: `${quoted(clock)} is not a time: write one such as 2026-01-05T09:00:00Z`,
					},
				]),
		...scenario.chapters.flatMap((each, index) =>
			chapterProblems(each, index, installed),
		),
	];
}

function chapterProblems(
	{ steps }: Chapter,
	chapter: number,
	installed: Installed,
): PlacedProblem[] {
	return steps.flatMap((step, index) =>
		stepProblems(
			step,
			["chapters", `${chapter}`, "steps", `${index}`],
			installed,
		),
	);
}

function stepProblems(
	step: Step,
	path: Path,
	installed: Installed,
): PlacedProblem[] {
	const [verb, ...more] = verbs.filter((each) => each in step);
	if (verb === undefined || more.length > 0)
		return [
			{
				path,
				message: `a step has exactly one of ${verbs.join(", ")}${verb === undefined ? "" : `, not ${[verb, ...more].join(" and ")}`}`,
			},
		];
	const allowed = companions[verb];
	const stray = Object.keys(step).filter(
		(name) => name !== verb && !allowed.includes(name),
	);
	return [
		...stray.map((name) => ({
			path: [...path, name],
			name: true,
			message: `${verb} takes no "${name}". It takes ${allowed.join(", ") || "nothing else"}.`,
		})),
		...("call" in step && /^(GET|HEAD) /.test(step.call) && "body" in step
			? [{ path: [...path, "body"], message: "a GET has no body" }]
			: []),
		...("advance" in step
			? problemsOf([...path, "advance"], () => parseDuration(step.advance))
			: []),
		...("send" in step
			? problemsOf([...path, "send"], () =>
					refuseUnknownEvent(installed.provider, step.send),
				)
			: []),
		...("faults" in step
			? below([...path, "faults"], faultsOf(step, installed))
			: []),
		...("expect" in step
			? expectProblems(step.expect, [...path, "expect"], verb)
			: []),
	];
}

function faultsOf(
	{ faults = [] }: { readonly faults?: unknown },
	installed: Installed,
): PlacedProblem[] {
	return faultProblems(faults, () => scopeOf([installed]));
}

/** Only an event can wait behind an earlier delivery. */
function expectProblems(
	expected: unknown,
	path: Path,
	verb: string,
): PlacedProblem[] {
	const known = verb === "send" ? [...outcomes, "waits"] : outcomes;
	if (typeof expected === "string") {
		if (known.includes(expected)) return [];
		const message = `${quoted(expected)} is not known here.${didYouMean(expected, known)} Choose one of ${known.join(", ")}.`;
		return [{ path, message }];
	}
	const isTable =
		typeof expected === "object" &&
		expected !== null &&
		!Array.isArray(expected);
	const message = `it must be one of ${known.join(", ")}, or a table of what is expected`;
	return isTable ? [] : [{ path, message }];
}
