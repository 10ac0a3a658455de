/** A list that grows at its end and is cut at its start, both at no cost. */
export interface Ring<Item> extends Iterable<Item> {
	readonly length: number;
	push(item: Item): void;
	/** The oldest. */
	first(): Item | undefined;
	/** Takes the oldest away. */
	shift(): Item | undefined;
	keep(wanted: (item: Item) => boolean): void;
}

export function createRing<Item>(): Ring<Item> {
	let items: (Item | undefined)[] = [];
	let start = 0;
	return {
		get length() {
			return items.length - start;
		},
		push: (item) => void items.push(item),
		first: () => items[start],
		shift() {
			if (start === items.length) return undefined;
			const item = items[start];
			// Let go of at once; the place it had goes later, with many others.
			items[start++] = undefined;
			if (start > 1024 && start * 2 > items.length) {
				items = items.slice(start);
				start = 0;
			}
			return item;
		},
		keep(wanted) {
			items = items.slice(start).filter((item) => wanted(item as Item));
			start = 0;
		},
		*[Symbol.iterator]() {
			for (let i = start; i < items.length; i++) yield items[i] as Item;
		},
	};
}
