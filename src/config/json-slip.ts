/** Where text stops being JSON, and why. */
export interface JsonSlip {
	readonly message: string;
	readonly offset: number;
}

/** Nothing for text that is JSON. */
export function jsonSlip(text: string): JsonSlip | undefined {
	const message = failure(text);
	if (message === undefined) return undefined;
	const offset = /at position (\d+)/.exec(message)?.[1];
	return {
		message: withoutExcerpt(message),
		offset: offset === undefined ? strayOffset(text) : Number(offset),
	};
}

/** V8 repeats the text around the place, and there may be a secret in it. */
function withoutExcerpt(message: string): string {
	return message.replace(
		/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s,
		"",
	);
}

/** For a stray character V8 tells no position: it ends the shortest beginning of the text in which there is one. */
function strayOffset(text: string): number {
	let sound = 0;
	let stray = text.length;
	while (stray - sound > 1) {
		const middle = Math.floor((sound + stray) / 2);
		if (failure(text.slice(0, middle))?.startsWith("Unexpected token"))
			stray = middle;
		else sound = middle;
	}
	return Math.max(0, stray - 1);
}

function failure(text: string): string | undefined {
	try {
		JSON.parse(text);
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}
