/**
 * Adds members that are left out when an object is printed or compared: what throws when it is looked at too early, or
 * makes something anew each time.
 */
export function withHidden<Shown extends object, Hidden extends object>(
	shown: Shown,
	hidden: Hidden,
): Shown & Hidden {
	for (const [name, member] of Object.entries(
		Object.getOwnPropertyDescriptors(hidden),
	))
		Object.defineProperty(shown, name, { ...member, enumerable: false });
	return shown as Shown & Hidden;
}
