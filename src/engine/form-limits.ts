import { placeIn } from "../bytes.ts";

/** Far above any form of a provider's; each field is a value that can be wrong, and is told of. */
const most = 1000;

/**
 * What is too much of a form. Asked of the bytes, since reading many parts takes seconds.
 *
 * @param contentType of `multipart/form-data` with its boundary, or of `application/x-www-form-urlencoded`
 */
export function excessOfForm(
	body: Uint8Array,
	contentType: string,
): string | undefined {
	const match = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
	const boundary = match?.[1] ?? match?.[2];
	const separator = boundary === undefined ? "&" : `--${boundary}`;
	let at = placeIn(body, separator, 0);
	for (let found = 1; at !== -1; found++) {
		if (found > most) return `has more than ${most} fields`;
		at = placeIn(body, separator, at + separator.length);
	}
	return undefined;
}
