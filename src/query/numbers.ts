export type NumberTest = (value: number) => boolean;

/** Reads `3`, `=3`, `>3`, `>=3`, `<3` or `<=3`. */
export function readComparison(text: string): NumberTest | undefined {
	const [, sign, digits] = /^(>=|<=|>|<|=)?(\d{1,15})$/.exec(text) ?? [];
	if (digits === undefined) return undefined;
	const limit = Number(digits);
	switch (sign) {
		case ">=":
			return (value) => value >= limit;
		case "<=":
			return (value) => value <= limit;
		case ">":
			return (value) => value > limit;
		case "<":
			return (value) => value < limit;
		default:
			return (value) => value === limit;
	}
}

/** Reads `500`, `5xx` or `>=400`. */
export function readHttpStatus(text: string): NumberTest | undefined {
	const hundreds = /^([1-5])xx$/i.exec(text)?.[1];
	if (hundreds === undefined) return readComparison(text);
	return (value) => Math.floor(value / 100) === Number(hundreds);
}
