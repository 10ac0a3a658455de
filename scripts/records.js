// What a provider keeps and its document does not describe: the schemas under `records` in its file of fixtures.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";

/**
 * A document with those schemas among its own.
 *
 * @param {string} id of the provider
 * @param {any} document
 */
export async function withRecords(id, document) {
	const file = new URL(`../fixtures/${id}/provider.yaml`, import.meta.url);
	const text = await readFile(file, "utf8").catch(() => "{}");
	const { components } = document;
	const schemas = { ...components?.schemas, ...parse(text).records };
	return { ...document, components: { ...components, schemas } };
}
