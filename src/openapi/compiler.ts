import { createRequire } from "node:module";
import type { Options, ValidateFunction } from "ajv";
import type * as Ajv2020Module from "ajv/dist/2020.js";
import type * as FormatsModule from "ajv-formats";
import type { ApiDocument } from "./document.ts";

export type Compiler = ReturnType<typeof createCompiler>;

/** Checks that the build has compiled, by where their schemas stand in the document. */
export type Checks = Readonly<Record<string, ValidateFunction>>;

/** What every schema is compiled with. */
export const rules: Options = {
	strict: false,
	allErrors: true,
	validateSchema: false,
	meta: false,
	// An error tells which names its schema knows.
	verbose: true,
};

/** Required, not imported, so that the library is loaded for the first schema to compile, and callers need not wait. */
const require = createRequire(import.meta.url);

/** Compiles schemas to checks. They may refer to those of the document. */
export function createCompiler(document: ApiDocument, options?: Options) {
	const { Ajv2020 } = require("ajv/dist/2020.js") as typeof Ajv2020Module;
	const formats = require("ajv-formats") as typeof FormatsModule.default;
	const ajv = new Ajv2020({ ...rules, ...options });
	formats.default(ajv);
	ajv.addSchema(document, "document");
	const compiled = new Map<string, ValidateFunction>();
	return {
		compile: (schema: object): ValidateFunction => ajv.compile(schema),
		at(pointer: string): ValidateFunction {
			const validate =
				compiled.get(pointer) ?? ajv.compile(referenceTo(pointer));
			compiled.set(pointer, validate);
			return validate;
		},
	};
}

/** In a reference, which is a URI, a per cent sign is written %25. */
export function referenceTo(pointer: string): { $ref: string } {
	return { $ref: `document${pointer.replaceAll("%", "%25")}` };
}
