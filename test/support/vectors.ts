import { readFileSync } from "node:fs";
import { builtInIds } from "../../src/catalog.ts";

/** A signature that is known, of a delivery or of a request to the provider's API. */
export interface Vector {
	readonly provider: string;
	readonly name: string;
	readonly scheme: "delivery" | "request";
	readonly secret?: string;
	/** Of a request: what its caller is known by. */
	readonly credential?: string;
	readonly secrets?: readonly string[];
	readonly timestamp?: string;
	readonly method?: string;
	/** What is signed of a request, and as it was sent where that differs. */
	readonly path?: string;
	readonly unsortedPath?: string;
	readonly body: string;
	readonly header: string;
	readonly signature: string;
	readonly valid: boolean;
	readonly options: Readonly<Record<string, string>>;
}

/** As it stands in the file: most are of deliveries, and hold. */
type Written = Omit<Vector, "provider" | keyof Usual> & Partial<Usual>;
type Usual = Pick<Vector, "scheme" | "valid" | "options">;

const fixtures = new URL("../../fixtures/", import.meta.url);
/** All that come with the providers. */
export const vectors = builtInIds.flatMap((provider): Vector[] => {
	const file = new URL(`${provider}/signatures.json`, fixtures);
	const { vectors: own } = JSON.parse(readFileSync(file, "utf8"));
	return own.map((vector: Written) => ({
		scheme: "delivery",
		valid: true,
		options: {},
		...vector,
		provider,
	}));
});

/** Seconds, milliseconds or a date, as the provider writes them. */
export function timeOf(timestamp: string | undefined): number {
	if (timestamp === undefined) return 0;
	return /^\d+$/.test(timestamp)
		? Number(timestamp.padEnd(13, "0"))
		: Date.parse(timestamp);
}
