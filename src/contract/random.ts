/** The one source of ids, secrets and jitter. The same seed and the same calls give the same values. */
export interface Random {
	/** A number from 0 up to, not including, 1. */
	next(): number;
	/** Lower-case hexadecimal characters. */
	hex(length: number): string;
	/** Characters of `A-Z a-z 0-9`. */
	alphanumeric(length: number): string;
	/** Characters of the URL-safe base64 alphabet. */
	base64url(length: number): string;
	uuid(): string;
	/** A source of its own, so that what one thing draws never shifts another. */
	fork(name: string): Random;
	/** The fork of a name, going on where it was left: for what is drawn again and again. */
	stream(name: string): Random;
	/** Where it stands, and each of its streams. */
	save(): RandomState;
	load(state: RandomState): void;
}

/** Where a source of ids, secrets and jitter stands. */
export interface RandomState {
	/** What its forks are named after. */
	readonly seed: string;
	/** Four 32-bit words. */
	readonly words: readonly number[];
	readonly streams: Readonly<Record<string, RandomState>>;
}
