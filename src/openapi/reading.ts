import type { Checks } from "./compiler.ts";
import type { ApiDocument } from "./document.ts";
import {
	type ApiDelivery,
	type ApiOperation,
	deliveriesOf,
	operationsOf,
} from "./operations.ts";
import { createValidators, type Validators } from "./validators.ts";

export interface Documented {
	readonly document: ApiDocument;
	/** Compiled by the build, which has validated the document, so that this is read only when it is needed. */
	readonly checks?: () => Checks;
}

/** What there is in a document, worked out. */
export interface Reading {
	readonly operations: readonly ApiOperation[];
	readonly validators: Validators;
	/** By event type. */
	readonly deliveries: ReadonlyMap<string, ApiDelivery>;
}

const readings = new WeakMap<ApiDocument, Reading>();

/** Worked out once for all engines that play the document: to compile its schemas is most of an engine's start. */
export function readingOf({ document, checks }: Documented): Reading {
	const known = readings.get(document);
	if (known !== undefined) return known;
	let deliveries: Map<string, ApiDelivery> | undefined;
	const reading: Reading = {
		operations: operationsOf(document),
		validators: createValidators(document, checks),
		get deliveries() {
			deliveries ??= deliveriesOf(document);
			return deliveries;
		},
	};
	readings.set(document, reading);
	return reading;
}
