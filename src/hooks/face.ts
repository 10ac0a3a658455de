/** What a way into an engine gives to the surface above it. */
export interface Face {
	/**
	 * The base URL of a provider's API, in place of the provider's own, without a slash at the end.
	 *
	 * @param provider the id of one that the engine has
	 */
	urlOf(provider: string): string;
	/** Resolves once every reply has reached its caller and the events that it owed are published. */
	settled(): Promise<void>;
	/** Forgets the events that replies still owe. */
	reset(): void;
	/** Ends the way in. The engine goes on. */
	close(): Promise<void>;
}
