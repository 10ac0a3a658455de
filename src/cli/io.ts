/** Where a command reads and writes; `process` is one. */
export interface Io {
	readonly stdin: AsyncIterable<Uint8Array | string>;
	readonly stdout: Output;
	readonly stderr: Output;
	readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Output {
	write(data: string | Uint8Array): unknown;
	readonly isTTY?: boolean;
	readonly columns?: number;
}
