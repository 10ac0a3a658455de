import { installedOf } from "../catalog.ts";
import { type FaultSpec, toRule } from "../engine/fault-rules.ts";
import { type FaultScope, scopeOf, strayOf } from "../engine/fault-scope.ts";
import { controlDocument } from "../generated/control-document.ts";
import { type Flaw, flawsOf, type Path } from "./flaw.ts";
import type { JsonSchema } from "./kind.ts";
import { schemaFlaws } from "./schema-flaws.ts";

/** A fault in a file is what it is in a call of the control API. */
const planSchema: JsonSchema = {
	type: "object",
	properties: {
		faults: {
			type: "array",
			items: { $ref: "#/components/schemas/Fault" },
			maxItems: 100,
		},
	},
	required: ["faults"],
	additionalProperties: false,
	components: controlDocument.components,
};

/** Everything that is wrong with a table that has a list of faults under `faults`; none: they can be planned. */
export async function faultFlaws(plan: unknown): Promise<Flaw[]> {
	const flaws = await schemaFlaws(plan, planSchema);
	// A table that is none, or that has no such list.
	if (flaws.some(({ path }) => path.length < 2)) return flaws;
	const misshapen = new Set(flaws.map(({ path }) => path[1]));
	const { faults } = plan as { faults: readonly FaultSpec[] };
	const scope = installed();
	return [
		...flaws,
		...faults
			.map((spec, index) => ({ spec, at: String(index) }))
			.filter(({ at }) => !misshapen.has(at))
			.flatMap(({ spec, at }) => [
				...flawsOf(["faults", at], () => toRule(spec)),
				...strays(spec, ["faults", at], scope),
			]),
	];
}

function strays(spec: FaultSpec, path: Path, scope: FaultScope): Flaw[] {
	const stray = strayOf(spec, scope);
	return stray === undefined
		? []
		: [{ path: [...path, stray.field], message: stray.reason }];
}

/** A file speaks of a whole project, so it may name what is not started this time. */
function installed(): FaultScope {
	return scopeOf(installedOf());
}
