import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { unknownProvider } from "./engine/engine.ts";
import type { Installed } from "./engine/installed.ts";
import { LocalhookError } from "./errors.ts";
import { type ApiDocument, readDocument } from "./openapi/document.ts";
import type { Provider } from "./provider.ts";

/** A provider is a folder here, plus the data files of its name: there is no list to keep. */
const providers = new URL("./providers/", import.meta.url);
/** The build leaves this import alone, and what it would load ends as this file does. */
const extension = extname(import.meta.url);
const fixtures = new URL("../fixtures/", import.meta.url);
const openapi = new URL("../openapi/", import.meta.url);
/** Written by the build: the documents as JSON, already checked, so that a start parses no YAML. */
const prepared = new URL("./documents/", import.meta.url);

/** The ids of the providers that come with localhook, in alphabetical order. */
export async function providerIds(): Promise<string[]> {
	const entries = await readdir(providers, { withFileTypes: true });
	return entries
		.filter((entry) => entry.isDirectory())
		.map((entry) => entry.name)
		.sort();
}

/**
 * A provider with its document and fixtures, ready for an engine.
 *
 * @throws LocalhookError `unknown-provider`
 * @example
 * const engine = createEngine({ providers: [await install("solvimon")] })
 */
export async function install(id: string): Promise<Installed> {
	const [provider, document] = await Promise.all([
		loadProvider(id),
		loadDocument(id),
	]);
	return { provider, document, fixture: createFixtures(id) };
}

/**
 * What a provider is, without its document and fixtures.
 *
 * @throws LocalhookError `unknown-provider`
 */
export async function loadProvider(id: string): Promise<Provider> {
	const ids = await providerIds();
	if (!ids.includes(id)) throw unknownProvider(id, ids);
	const module: { default: Provider } = await import(
		new URL(`${id}/index${extension}`, providers).href
	);
	return module.default;
}

const documents = new Map<string, Promise<ApiDocument>>();

/** The document of a provider, or of localhook's own control API: the same one for all who ask, not to be changed. */
export function loadDocument(id: string): Promise<ApiDocument> {
	let document = documents.get(id);
	if (document === undefined) {
		document = readDocumentOf(id);
		documents.set(id, document);
	}
	return document;
}

async function readDocumentOf(id: string): Promise<ApiDocument> {
	const json = new URL(`${id}.json`, prepared);
	if (existsSync(json))
		return JSON.parse(await readFile(json, "utf8")) as ApiDocument;
	return readDocument(new URL(`${id}.yaml`, openapi));
}

function createFixtures(id: string): Installed["fixture"] {
	const read = new Map<string, Readonly<Record<string, unknown>>>();
	return (type) => {
		let fixture = read.get(type);
		if (fixture === undefined) {
			fixture = readFixture(id, type);
			read.set(type, fixture);
		}
		return fixture;
	};
}

/** At once, so that an event is on its way when `emit` returns. */
function readFixture(
	id: string,
	type: string,
): Readonly<Record<string, unknown>> {
	try {
		return JSON.parse(
			readFileSync(new URL(`${id}/${type}.json`, fixtures), "utf8"),
		);
	} catch (error) {
		throw new LocalhookError(
			"unexpected",
			`Failed to read the fixture of ${id}'s "${type}": ${(error as Error).message}. Install localhook again.`,
			{ cause: error },
		);
	}
}
