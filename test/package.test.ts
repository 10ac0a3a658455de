import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

test("what is not bundled is installed along", async () => {
	const manifest = JSON.parse(
		await readFile(join(root, "package.json"), "utf8"),
	);
	const along = { ...manifest.dependencies, ...manifest.peerDependencies };
	const files = await readdir(join(root, "dist"), { recursive: true });
	const texts = await Promise.all(
		files
			.filter((file) => /\.c?js$/.test(file))
			.map((file) => readFile(join(root, "dist", file), "utf8")),
	);
	const form =
		/^(?:import|export) .*?from "([^".][^"]*)"|^[^`\n]*\b(?:import|require)\("([^".][^"]*)"\)/gm;
	const wanted = new Set(
		texts
			.flatMap((text) => [...text.matchAll(form)])
			.map(([, fixed, late]) => (fixed ?? late) as string)
			.filter((name) => !name.startsWith("node:") && !isBuiltin(name)),
	);

	expect(wanted).toContain("yaml");
	const missing = [...wanted].filter((name) => {
		const [first = "", second] = name.split("/");
		return !((first.startsWith("@") ? `${first}/${second}` : first) in along);
	});
	expect(missing).toEqual([]);
});
