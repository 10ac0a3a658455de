import type { Diagnose } from "./run-check.ts";
import type { Subject } from "./subject.ts";

export const diagnose =
	(_: Subject): Diagnose =>
	async () => [];
