import { LocalhookError } from "../errors.ts";

/** Words that were used before 1.0, and the ones that replace them. */
const renamed = {
	command: { state: "snapshot" },
	flag: {
		"-t": "-r",
		"--target": "--receiver",
		"--allow-target": "--allow-receiver",
		"--faults": "--faults-file",
		"--with-secrets": "--reveal",
		"--file": "--payload",
		"--raw": "--body",
	},
	variable: {
		LOCALHOOK_TARGET: "LOCALHOOK_RECEIVER",
		LOCALHOOK_ALLOW_TARGET: "LOCALHOOK_ALLOW_RECEIVER",
		LOCALHOOK_FAULTS: "LOCALHOOK_FAULTS_FILE",
	},
	setting: {
		target: "receiver",
		allowTargets: "allowReceivers",
	},
} satisfies Record<string, Readonly<Record<string, string>>>;

type Renamed = keyof typeof renamed;

/** The variables that were renamed. */
export const oldVariables: readonly string[] = Object.keys(renamed.variable);

/** The word that replaces an old one; undefined: it is no old word. */
export function newName(kind: Renamed, old: string): string | undefined {
	const words: Readonly<Record<string, string>> = renamed[kind];
	return Object.hasOwn(words, old) ? words[old] : undefined;
}

/** @throws LocalhookError `invalid-option` for an old command or flag */
export function refuseRenamed(
	kind: "command" | "flag",
	old: string,
	isKnown: (now: string) => boolean = () => true,
): void {
	const now = newName(kind, old);
	if (now === undefined || !isKnown(now)) return;
	throw new LocalhookError(
		"invalid-option",
		`Unknown ${kind} "${old}": it is now called "${now}".`,
	);
}
