import type { ApiDocument } from "../openapi/document.ts";
import {
	type ApiDelivery,
	type ApiOperation,
	deliveriesOf,
	operationsOf,
} from "../openapi/operations.ts";
import { createValidators, type Validators } from "../openapi/validators.ts";

/** What a document says. */
export interface Reading {
	readonly operations: readonly ApiOperation[];
	/** The deliveries by event type. */
	readonly deliveries: ReadonlyMap<string, ApiDelivery>;
	readonly validators: Validators;
}

const readings = new WeakMap<ApiDocument, Reading>();

/** Documents do not change, and schemas are slow to compile: engines of one document share what comes of it. */
export function readingOf(document: ApiDocument): Reading {
	let reading = readings.get(document);
	if (reading === undefined) {
		reading = read(document);
		readings.set(document, reading);
	}
	return reading;
}

function read(document: ApiDocument): Reading {
	let deliveries: ReadonlyMap<string, ApiDelivery> | undefined;
	return {
		operations: operationsOf(document),
		validators: createValidators(document),
		get deliveries() {
			deliveries ??= deliveriesOf(document);
			return deliveries;
		},
	};
}
