/** Epoch milliseconds as the control API writes them. */
export function iso(time: number): string {
	return new Date(time).toISOString();
}
