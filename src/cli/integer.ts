import { InvalidArgumentError } from "commander";

/** Reads a whole number between two others, both included. */
export function integer(least: number, most: number) {
	return (text: string): number => {
		const number = Number(text);
		if (/^\d{1,9}$/.test(text) && number >= least && number <= most)
			return number;
		throw new InvalidArgumentError(
			`"${text}" will not do. Give a whole number from ${least} to ${most}.`,
		);
	};
}
