/** Where routes are that a framework finds by their path. */
const routes = {
	"app/webhooks/[provider]/route.js":
		'export { POST } from "../../../next-route.mjs";',
	"src/routes/webhooks/[provider]/+server.js":
		'export { POST } from "../../../../sveltekit-server.mjs";',
	"src/app.html": "%sveltekit.head% %sveltekit.body%",
	"vite.config.js": `import { sveltekit } from "@sveltejs/kit/vite";
const server = { host: "127.0.0.1", port: Number(process.env.PORT), strictPort: true };
export default { plugins: [sveltekit()], server };`,
};

/**
 * What npm test does not have, by the file of users/ that needs it, and the servers that are checked at their URL.
 *
 * @type {Record<string, {
 *   packages: string[],
 *   copied?: string[],
 *   files?: Record<string, string>,
 *   scripts?: true, their packages put programs in place by scripts
 *   servers?: Record<string, string[]>,
 * }>}
 */
const kinds = {
	small: {
		packages: [
			"express4@npm:express@4",
			"express5@npm:express@5",
			"connect@3",
			"koa@3",
			"polka@0.5",
		],
	},
	nest: {
		packages: [
			"@nestjs/common@11",
			"@nestjs/core@11",
			"@nestjs/platform-express@11",
			"@nestjs/platform-fastify@11",
			"reflect-metadata@0.2",
			"rxjs@7",
		],
	},
	lambda: {
		packages: [
			"hono@4",
			"express@5",
			"serverless-http@4",
			"fastify@5",
			"@fastify/aws-lambda@6",
		],
	},
	web: {
		// The newest of SvelteKit and React Router want Node 22.
		packages: [
			"next@16",
			"@sveltejs/kit@2",
			"react-router@7",
			"@remix-run/node@2",
		],
		copied: ["next-route.mjs", "sveltekit-server.mjs"],
		files: routes,
		servers: {
			Next: ["node", "node_modules/next/dist/bin/next", "dev"],
			SvelteKit: ["node", "node_modules/vite/bin/vite.js", "dev"],
		},
	},
	runtimes: {
		packages: ["bun@1", "deno@2"],
		copied: ["fetch-server.mjs"],
		scripts: true,
		servers: {
			Bun: ["node_modules/.bin/bun", "fetch-server.mjs"],
			Deno: [
				...["sh", "-c"],
				"exec node_modules/.bin/deno serve -ER --host 127.0.0.1 --port $PORT fetch-server.mjs",
			],
		},
	},
};

/** @param {import("./lab.js").Lab} lab */
export default async function frameworks(lab) {
	for (const [kind, parts] of Object.entries(kinds)) {
		const { packages, copied = [], files, scripts, servers = {} } = parts;
		const names = packages.map((each) => each.slice(0, each.indexOf("@", 1)));
		/** @type {import("./lab.js").Project | undefined} */
		let project;
		await lab.check(`receivers in frameworks: ${kind}`, async () => {
			const own = ["verify.mjs", "frameworks.test.mjs"];
			const module = `frameworks-${kind}.mjs`;
			project = await lab.project({
				packages,
				files,
				copied: [...own, module, ...copied],
			});
			const { run, versionOf } = project;
			if (scripts) await run(["npm", "rebuild", ...names]);
			const told = await run(
				[
					...["--test", "--test-force-exit", "--test-reporter=tap"],
					"frameworks.test.mjs",
				],
				{ env: { KIND: kind } },
			);
			const [, tests] = /^# pass (\d+)$/m.exec(told) ?? [];
			const versions = await Promise.all(
				names.map(async (name) => `${name} ${await versionOf(name)}`),
			);
			return `${tests} tests passed with ${versions.join(", ")}`;
		});
		for (const [name, command] of Object.entries(servers))
			await lab.check(
				`a server of ${name} passes localhook check`,
				async () => {
					if (project === undefined) throw new Error("it is not installed");
					const told = await project.run(
						[
							"node_modules/localhook/dist/cli/main.js",
							...["check", "--provider", "prolific", "--", ...command],
						],
						{ env: { NEXT_TELEMETRY_DISABLED: "1" } },
					);
					return /\d+ warnings?, .* passed/.exec(told)?.[0];
				},
			);
	}
}
