/** Where a request broke the provider's document. */
export interface Violation {
	readonly in: "body" | "query" | "path" | "header";
	/** Dotted path of the value, `schedules.0.number`; empty: the whole body. */
	readonly field: string;
	/** The JSON Schema keyword that failed: `required`, `type`, `enum` ... */
	readonly keyword: string;
	readonly message: string;
	/** Where a name was not known: the name, and those that are. */
	readonly unknown?: {
		readonly name: string;
		readonly known: readonly string[];
	};
}

/** What went wrong before an operation could answer; each provider has its own words for it. */
export type Failure =
	| { readonly kind: "unauthenticated"; readonly reason: string }
	| { readonly kind: "forbidden"; readonly reason: string }
	| { readonly kind: "malformed"; readonly reason: string }
	| {
			readonly kind: "unsupported-media-type";
			readonly given: string;
			readonly supported: readonly string[];
	  }
	| {
			readonly kind: "method-not-allowed";
			readonly method: string;
			readonly allowed: readonly string[];
	  }
	| { readonly kind: "invalid"; readonly violations: readonly Violation[] }
	| {
			readonly kind: "not-found";
			readonly resource: string;
			readonly id: string;
	  }
	| { readonly kind: "internal"; readonly reason: string }
	/** Asked for by its number, where no other kind answers with that. */
	| {
			readonly kind: "status";
			readonly status: number;
			readonly title: string;
			readonly reason: string;
	  };
