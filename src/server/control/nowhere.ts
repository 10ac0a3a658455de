import type { Request } from "express";
import { LocalhookError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";

/** A path that takes other methods. */
export function wrongMethod(
	request: Request,
	known: readonly string[],
): LocalhookError {
	return new LocalhookError(
		"method-not-allowed",
		`Failed to ${request.method} ${nameOf(request)}: it takes ${known.join(" or ")}.`,
	);
}

/** A path that takes none. */
export function notFound(
	request: Request,
	known: readonly string[],
): LocalhookError {
	const { path } = request;
	return new LocalhookError(
		"not-found",
		`Failed to find ${nameOf(request)}: there is nothing there.${didYouMean(path, known)} Below /_localhook there is ${known.join(", ")}.`,
	);
}

function nameOf({ baseUrl, path }: Request): string {
	return JSON.stringify(`${baseUrl}${path}`.slice(0, 200));
}
