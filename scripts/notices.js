import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licences of the packages that files come from, as they ask to be passed on.
 *
 * @param {readonly string[]} files
 */
export async function notices(files) {
	const folders = new Set(
		files.flatMap(
			(file) =>
				/^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0] ??
				[],
		),
	);
	const each = await Promise.all([...folders].map(notice));
	return `These packages are part of the files beside this one.\n\n${each.sort().join("\n")}`;
}

/** @param {string} folder */
async function notice(folder) {
	const { name, version, license } = JSON.parse(
		await readFile(join(folder, "package.json"), "utf8"),
	);
	const file = (await readdir(folder)).find((each) =>
		/^licen[cs]e/i.test(each),
	);
	if (file === undefined)
		throw new Error(
			`Failed to gather the notices: ${name} comes without its licence. Keep it out of the bundle.`,
		);
	const text = await readFile(join(folder, file), "utf8");
	return `${name} ${version} (${license})\n\n${text.trim().replaceAll(/^/gm, "    ")}\n`;
}
