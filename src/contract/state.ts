/** What a provider says of one kind of record it keeps. */
export interface CollectionSpec<Entry> {
	/** The component schema of the provider's document that each record satisfies. Absent: localhook's own records. */
	readonly schema?: string;
	/**
	 * What is wrong with a record that was saved, in the fields that the schema does not have; undefined: nothing.
	 * `name must be text`, as a sentence goes on.
	 */
	readonly flaw?: (entry: Entry) => string | undefined;
	/** The field that identifies a record. */
	readonly key: keyof Entry & string;
	/** Look-ups beside the key: each gives the values a record is found under. */
	readonly indexes?: Readonly<
		Record<string, (entry: Entry) => readonly string[]>
	>;
}

/**
 * Records by key, in the order they were first put. Every look-up is a hash look-up; nothing scans.
 * Records are replaced, never edited: what `get` returned yesterday still shows yesterday.
 */
export interface Collection<Entry> {
	readonly size: number;
	get(key: string): Entry | undefined;
	/** The records an index lists under a value, oldest first. */
	by(index: string, value: string): readonly Entry[];
	values(): Iterable<Entry>;
	/**
	 * Creates the record or replaces the one with its key.
	 * @throws when the record does not satisfy the document's schema.
	 */
	put(entry: Entry): Entry;
	delete(key: string): boolean;
}
