import { allocate, joined } from "../../bytes.ts";
import type { AttemptResponse } from "../../contract/records.ts";

/** How much of an answer is kept, and how much is read at all. */
const kept = 64 * 1024;
const read = 1024 * 1024;

/** A receiver's answer as a delivery keeps it. */
export async function readAnswer(response: Response): Promise<AttemptResponse> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	const reader = response.body?.getReader();
	while (reader !== undefined) {
		const { done, value } = await reader.read();
		if (done) break;
		if (size < kept) chunks.push(value);
		size += value.length;
		if (size > read) {
			await reader.cancel();
			break;
		}
	}
	const body = chunks.length === 0 ? allocate(0) : joined(chunks);
	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		body: body.subarray(0, kept),
		truncated: size > kept,
	};
}
