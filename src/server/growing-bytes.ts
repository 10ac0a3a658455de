/** Bytes that come piece by piece, in one place: thousands of tiny pieces would take up a hundred times their length. */
export interface GrowingBytes {
	add(piece: Uint8Array): void;
	/** What has come so far. */
	all(): Uint8Array;
}

/**
 * @example
 * const bytes = createGrowingBytes()
 * bytes.add(Buffer.from("ab"))
 * bytes.all() // 2 bytes
 */
export function createGrowingBytes(): GrowingBytes {
	let store: Uint8Array = new Uint8Array(0);
	let length = 0;

	return {
		add(piece) {
			const longer = length + piece.length;
			// Most come in one piece, which need not be copied.
			if (length === 0) store = piece;
			else {
				if (longer > store.length) {
					const larger = Buffer.allocUnsafe(Math.max(longer, length * 2));
					larger.set(store.subarray(0, length));
					store = larger;
				}
				store.set(piece, length);
			}
			length = longer;
		},
		all: () => store.subarray(0, length),
	};
}
