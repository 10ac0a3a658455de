import type { Fidelity } from "../contract/fidelity.ts";
import type { ApiDocument } from "../openapi/document.ts";
import type { Provider } from "../provider.ts";

/** A provider with the data files that bear its name. */
export interface Installed {
	readonly provider: Provider;
	readonly document: ApiDocument;
	/** The default body of an event type. */
	fixture(type: string): Readonly<Record<string, unknown>>;
	/** Absent: nothing is known of it. */
	readonly fidelity?: Fidelity;
}
