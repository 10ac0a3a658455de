import pc from "picocolors";

export type Colours = ReturnType<typeof pc.createColors>;

/** In colour for a terminal, unless the user says otherwise: https://no-color.org and https://force-color.org */
export function coloursFor(
	{ isTTY = false }: { readonly isTTY?: boolean },
	env: Readonly<Record<string, string | undefined>>,
): Colours {
	const { NO_COLOR, FORCE_COLOR, TERM } = env;
	if (NO_COLOR) return pc.createColors(false);
	const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
	return pc.createColors(
		forced || (FORCE_COLOR !== "0" && isTTY && TERM !== "dumb"),
	);
}
