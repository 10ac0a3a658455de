import type { OpenAPIV3_1 } from "openapi-types";
import { LocalhookError } from "../errors.ts";
import { readUserFile } from "../user-file.ts";
import { checkKeywords } from "./keywords.ts";
import { isObject } from "./pointer.ts";

/** An OpenAPI 3.1 document whose every keyword is understood. */
export type ApiDocument = OpenAPIV3_1.Document;

/**
 * Reads an OpenAPI document, YAML or JSON, 3.1 or 3.0.
 *
 * @throws LocalhookError `invalid-document`
 * @example
 * const document = await readDocument(new URL("../openapi/prolific.yaml", import.meta.url))
 */
export async function readDocument(file: URL): Promise<ApiDocument> {
	return parseDocument(contentOf(file), file.pathname);
}

/** KiB. The largest public documents have a fifth of this. */
const most = 64 * 1024;

function contentOf(file: URL): string {
	try {
		return readUserFile(file, most).toString();
	} catch (error) {
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${file.pathname}: ${(error as Error).message}. Give the URL of a YAML or JSON document.`,
			{ cause: error },
		);
	}
}

/** The same from text; the name is only for the error. */
export async function parseDocument(
	text: string,
	name: string,
): Promise<ApiDocument> {
	const value = await parse(text, name);
	const version = isObject(value) ? value.openapi : undefined;
	if (
		!isObject(value) ||
		typeof version !== "string" ||
		!/^3\.[01]\./.test(version)
	) {
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${name}: "openapi" is ${JSON.stringify(version)}. Give an OpenAPI 3.1 or 3.0 document.`,
		);
	}
	const document = version.startsWith("3.0.") ? await upgrade(value) : value;
	checkKeywords(document);
	return document as ApiDocument;
}

async function parse(text: string, name: string): Promise<unknown> {
	try {
		// Trimming also takes the byte order mark that JSON.parse stumbles over.
		const trimmed = text.trimStart();
		if (trimmed.startsWith("{")) return JSON.parse(trimmed);
		const yaml = await import("yaml");
		return yaml.parse(text);
	} catch (error) {
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${name}: ${(error as Error).message}. Give a YAML or JSON document.`,
			{ cause: error },
		);
	}
}

async function upgrade(
	document: Record<string, unknown>,
): Promise<Record<string, unknown>> {
	const { upgradeFromThreeToThreeOne } = await import(
		"@scalar/openapi-upgrader/3.0-to-3.1"
	);
	return upgradeFromThreeToThreeOne(document) as Record<string, unknown>;
}
