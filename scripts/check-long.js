// The matrix of runners, versions and bundlers, against the packed tarball, as users have it:
//   npm run check:long -- runners      one part, under ten minutes
//   npm run check:long                 all of them, one after the other
//   npm run check:long -- --list       what there is
// Needs npm's registry, and for the bundlers a Chromium. The last line says how many checks passed and failed.
import { createLab } from "./long/lab.js";

/** A module of scripts/long/ each. */
const parts = {
	runners: "Jest, node:test and Playwright run their tests",
	vitest: "Vitest 4.1 and 5 do, in each pool and environment; 3 is refused",
	nodes: "each Node loads each entry, by import and by require",
	msw: "the handlers beside the oldest msw, the one in use and the newest",
	installs: "npm installs localhook beside any version of its peers",
	frameworks: "receivers in frameworks, on Lambda, in Bun and in Deno verify",
	timers: "fake timers of Vitest, Jest and node:test stall nothing",
	bundlers: "Vite and esbuild bundle it for pages and for Node",
	verifiers: "official verifiers accept what is signed by the presets",
	inspector: "its page paints 10,000 deliveries at once, and grows no more",
	fifth: "every test passes beside a fifth provider",
	receivers:
		"localhook check names what is wrong with receivers, and nothing else",
	checkouts: "a clone and an installation from git start and pack",
};

const words = process.argv.slice(2);
const unknown = words.filter((word) => word !== "--list" && !(word in parts));
if (words.includes("--list")) {
	for (const [name, about] of Object.entries(parts))
		console.log(`${name.padEnd(10)}${about}`);
} else if (unknown.length > 0) {
	console.error(
		`Unknown part "${unknown[0]}": must be one of ${Object.keys(parts).join(", ")}. Run: npm run check:long -- --list`,
	);
	process.exitCode = 2;
} else {
	const lab = await createLab();
	try {
		for (const name of words.length > 0 ? words : Object.keys(parts)) {
			console.log(`\n${name}`);
			const { default: part } = await import(`./long/${name}.js`);
			await lab.check(`${name} can be set up`, () => part(lab), "quiet");
		}
	} finally {
		await lab.close();
	}
	console.log(`${lab.passed} passed, ${lab.failed} failed`);
	if (lab.failed > 0) process.exitCode = 1;
}
