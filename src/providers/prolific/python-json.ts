const strings = /"[^"\\]*(?:\\.[^"\\]*)*"|[:,]/g;

/**
 * A JSON value as Python's `json.dumps` writes it: a space behind `:` and `,`, and nothing beyond ASCII.
 * Prolific's own verification sample hashes `json.dumps` of the parsed body, which can only fit if these bytes
 * are what is signed. Numbers are JavaScript's: a float without a fraction is written as an integer.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 *
 * @example
 * pythonJson({ name: "Zoë", tags: [1, 2] }) // {"name": "Zo\u00eb", "tags": [1, 2]}
 */
export function pythonJson(value: object): string {
	return JSON.stringify(value)
		.replace(strings, (token) =>
			token === ":" || token === "," ? `${token} ` : token,
		)
		.replace(
			/[\u007f-\uffff]/g,
			(character) =>
				`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
		);
}
