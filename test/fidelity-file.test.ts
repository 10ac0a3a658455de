import { expect, test } from "vitest";
import { readFidelity } from "../scripts/fidelity.js";
import { fidelityMarks } from "../src/contract/fidelity.ts";

const text = `options:
  ids:
    summary: What an id is
    values: [uuid, number]
    default: uuid
sources:
  guide: https://docs.example.com/guide
fidelity:
  - documented: A webhook has an id.
    source: guide
  - assumed: Its id is a UUID.
    source: guide
    option: ids
notPlayed:
  - what: A list of webhooks
    why: No page shows it.
    source: guide
`;

function read(changed = text) {
	return readFidelity(changed, "fixtures/acme/fidelity.yaml", fidelityMarks);
}

test("a fidelity file names its sources once", () => {
	const source = "https://docs.example.com/guide";

	expect(read()).toEqual({
		options: {
			ids: {
				summary: "What an id is",
				values: ["uuid", "number"],
				default: "uuid",
			},
		},
		fidelity: [
			{ claim: "A webhook has an id.", mark: "documented", source },
			{ claim: "Its id is a UUID.", mark: "assumed", source, option: "ids" },
		],
		notPlayed: [
			{ what: "A list of webhooks", why: "No page shows it.", source },
		],
	});
});

test.each([
	[
		"option: ids",
		"option: idz",
		'fidelity.yaml:13: fidelity.1.option is "idz"',
	],
	[
		"source: guide",
		"source: page",
		':10: fidelity.0.source is "page": use guide.',
	],
	["default: uuid", "default: text", ':5: options.ids.default is "text"'],
	[
		"values: [uuid, number]",
		"values: [uuid, 7]",
		":4: options.ids.values.1 must be text.",
	],
	["summary: What", "text: What", ":3: options.ids.text is not known"],
	["documented:", "certain:", ":9: fidelity.0 has no mark"],
	["what:", "thing:", ":15: notPlayed.0.thing is not known"],
	["why: No page shows it.", "why:", ":16: notPlayed.0.why must be text."],
	["notPlayed:", "others:", ":15: others is not known"],
	[
		"  guide: https://docs.example.com/guide",
		"  guide: 7",
		":7: sources.guide must be text.",
	],
	["sources:", "sources: [", "fidelity.yaml: "],
])(
	"a fidelity file with %j in place of %j stops the build with its line",
	(before, after, message) => {
		expect(() => read(text.replace(before, after))).toThrow(message);
	},
);
