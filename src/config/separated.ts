/** The values of a variable that holds several: one a line, so that one may have a comma in it; on a single line, between commas. */
export function separated(text: string): string[] {
	return text
		.split(text.includes("\n") ? "\n" : ",")
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

/** What is wrong with such a variable, and how to hold a comma in a value where one may have been cut. */
export function withCommaAdvice(message: string, text: string): string {
	return /^[^\n]*,[^\n]*$/.test(text)
		? `${message} If the comma belongs to a value, end each value with a line break instead.`
		: message;
}
