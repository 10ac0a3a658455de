/** Solvimon's times are UTC to the second: https://docs.solvimon.com/api-docs/solvimon-api/standardisation */
export function toIso(at: number): string {
	return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Epoch milliseconds; NaN when the text is not such a time. */
export function fromIso(text: string): number {
	return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)
		? Date.parse(text)
		: Number.NaN;
}
