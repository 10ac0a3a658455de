import type { ApiDocument } from "../openapi/document.ts";
import type { Provider } from "../provider.ts";

/** A provider with the data files that bear its name. */
export interface Packaged {
	readonly provider: Provider;
	readonly document: ApiDocument;
	/** By event type. */
	readonly fixtures: Readonly<
		Record<string, Readonly<Record<string, unknown>>>
	>;
}

/** By id, in alphabetical order. Written by `scripts/bundle-browser.js`: a browser has no folders to look into. */
export const packaged: Readonly<Record<string, () => Promise<Packaged>>> = {};
