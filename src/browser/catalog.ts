import { unknownProvider } from "../engine/engine.ts";
import type { Installed } from "../engine/installed.ts";
import { LocalhookError } from "../errors.ts";
import type { ApiDocument } from "../openapi/document.ts";
import type { Provider } from "../provider.ts";
import { type Packaged, packaged } from "./packaged.ts";

export async function providerIds(): Promise<string[]> {
	return Object.keys(packaged);
}

export async function install(id: string): Promise<Installed> {
	const { provider, document, fixtures } = await unpack(id);
	return {
		provider,
		document,
		fixture(type) {
			const fixture = fixtures[type];
			if (fixture !== undefined) return fixture;
			throw new LocalhookError(
				"unexpected",
				`Failed to read the fixture of ${id}'s "${type}": it is not in the bundle. Install localhook again.`,
			);
		},
	};
}

export async function loadProvider(id: string): Promise<Provider> {
	return (await unpack(id)).provider;
}

export async function loadDocument(id: string): Promise<ApiDocument> {
	return (await unpack(id)).document;
}

async function unpack(id: string): Promise<Packaged> {
	const load = Object.hasOwn(packaged, id) ? packaged[id] : undefined;
	if (load === undefined) throw unknownProvider(id, Object.keys(packaged));
	return load();
}
