import { fileURLToPath } from "node:url";
import type { Engine } from "../engine/engine.ts";
import { checkArgument, either, kinds } from "../engine/shape.ts";
import { LocalhookError, quoted } from "../errors.ts";
import type { Scenario } from "../play/read-scenario.ts";
import type { PlacedProblem } from "../problem.ts";
import { evidence } from "./evidence.ts";
import { type HooksOptions, receiverUrl } from "./options.ts";

const aFile = either("the path of a file, or a file: URL", kinds.text, {
	...kinds.anything,
	// Not by its class: a test may run in a realm of its own.
	fits: (value) => Object(value).protocol === "file:",
});

export async function playFile(
	engine: Engine,
	options: HooksOptions,
	file: string | URL,
): Promise<void> {
	checkArgument(file, aFile, "scenario");
	const path = typeof file === "string" ? file : fileURLToPath(file.href);
	const { readScenario } = await import("../play/read-scenario.ts");
	const { perform } = await import("../play/steps.ts");
	const read = await readScenario(path, (scenario) =>
		scenarioProblems(engine, scenario),
	);
	const { provider, receiver, faults } = read.scenario;
	if (faults !== undefined) engine.faults.set(faults);
	const failures: string[] = [];
	const { ok, stage } = await perform(read, engine, {
		receiver: receiverUrl(options, provider) ?? receiver,
		tell(line) {
			if (line.kind !== "unexpected") return;
			const { place, expected, found } = line;
			failures.push(`${place}: expected ${expected}, found ${found}`);
		},
	});
	if (ok) return;
	const deliveries = stage.latest === undefined ? [] : [stage.latest];
	throw new LocalhookError(
		"scenario-failed",
		[...failures, evidence(engine, deliveries)].join("\n"),
		{ details: { failures } },
	);
}

function scenarioProblems(
	{ sessions }: Engine,
	scenario: Scenario,
): PlacedProblem[] {
	const { provider, register, options = {} } = scenario;
	const session = sessions.get(provider);
	if (session === undefined) {
		const message = `this localhook was started with ${[...sessions.keys()].join(", ")}. Add ${quoted(provider)} to its option "providers".`;
		return [{ path: ["provider"], message }];
	}
	const { options: own, receiver } = session.settings;
	const problems: PlacedProblem[] = Object.entries(options)
		.filter(([name, value]) => own[name] !== value)
		.map(([name, value]) => ({
			path: ["options", name],
			message: `this localhook was started with ${quoted(own[name])}. Start it with options: { ${provider}: { ${name}: ${quoted(value)} } }.`,
		}));
	if (register && receiver?.(provider) === undefined)
		problems.unshift({
			path: ["register"],
			message: `this localhook registers no receiver. Start it with the option "receiver".`,
		});
	return problems;
}
