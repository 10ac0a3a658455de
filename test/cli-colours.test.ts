import { expect, it } from "vitest";
import { coloursFor } from "../src/cli/io.ts";

const terminal = { isTTY: true };
const pipe = {};

it.each([
	{ where: "a terminal", to: terminal, env: {}, coloured: true },
	{ where: "a pipe", to: pipe, env: {}, coloured: false },
	{
		where: "a pipe on a build machine",
		to: pipe,
		env: { CI: "true" },
		coloured: false,
	},
	{
		where: "a dumb terminal",
		to: terminal,
		env: { TERM: "dumb" },
		coloured: false,
	},
	{
		where: "a terminal with NO_COLOR",
		to: terminal,
		env: { NO_COLOR: "1" },
		coloured: false,
	},
	{
		where: "a terminal with an empty NO_COLOR",
		to: terminal,
		env: { NO_COLOR: "" },
		coloured: true,
	},
	{
		where: "a pipe with FORCE_COLOR",
		to: pipe,
		env: { FORCE_COLOR: "1" },
		coloured: true,
	},
	{
		where: "a terminal with FORCE_COLOR=0",
		to: terminal,
		env: { FORCE_COLOR: "0" },
		coloured: false,
	},
	{
		where: "both asked for",
		to: pipe,
		env: { NO_COLOR: "1", FORCE_COLOR: "1" },
		coloured: false,
	},
])("$where gets colour: $coloured", ({ to, env, coloured }) => {
	const { red } = coloursFor(to, env);

	expect(red("x") !== "x").toBe(coloured);
});
