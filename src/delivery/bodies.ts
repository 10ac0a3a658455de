/** Turns texts into bytes. */
export interface Bodies {
	encode(text: string): Uint8Array;
}

const blockSize = 256 * 1024;

/**
 * Cuts bodies from large blocks: thousands of kept deliveries with a buffer apiece cost the collector a tenth of
 * the time that a delivery takes. A block goes once the last body cut from it does.
 */
export function createBodies(): Bodies {
	let block = Buffer.alloc(0);
	let used = 0;
	return {
		encode(text) {
			// UTF-8 takes at most three bytes for a UTF-16 unit.
			const most = text.length * 3;
			if (most > blockSize / 8) return Buffer.from(text);
			if (used + most > block.length) {
				block = Buffer.allocUnsafeSlow(blockSize);
				used = 0;
			}
			const start = used;
			used += block.write(text, start);
			return block.subarray(start, used);
		},
	};
}
