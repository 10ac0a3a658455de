/** How a program writes JSON anew that it has read. */
export interface JsonStyle {
	/** The code that does it. */
	readonly code: string;
	write(text: string): string;
}

export const jsonStyles: readonly JsonStyle[] = [
	{
		code: "JSON.stringify(JSON.parse(body))",
		write: (text) => JSON.stringify(JSON.parse(text)),
	},
	{
		code: "json.dumps(json.loads(body))",
		write: (text) => rewritten(text, { after: " ", string: ascii }),
	},
	{
		code: "JSON.stringify(JSON.parse(body), null, 2)",
		write: (text) => JSON.stringify(JSON.parse(text), null, 2),
	},
	{
		code: "json_encode(json_decode($body))",
		write: (text) =>
			rewritten(text, {
				after: "",
				string: (value) => ascii(value).replaceAll("/", "\\/"),
			}),
	},
	{
		code: "json.dumps(json.loads(body), separators=(',', ':'))",
		write: (text) => rewritten(text, { after: "", string: ascii }),
	},
];

const token = /"(?:[^"\\]|\\.)*"|[{}[\]]|[,:]|[^\s"{}[\],:]+/g;

/** Token by token: JavaScript has no other way to keep a number such as 10.0 as it stands, which other languages do. */
function rewritten(
	text: string,
	style: { readonly after: string; string(value: string): string },
): string {
	JSON.parse(text);
	return (text.match(token) ?? [])
		.map((part) => {
			if (part === "," || part === ":") return part + style.after;
			return part.startsWith('"') ? style.string(JSON.parse(part)) : part;
		})
		.join("");
}

function ascii(value: string): string {
	return JSON.stringify(value).replace(
		/[\u007f-\uffff]/g,
		(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}
