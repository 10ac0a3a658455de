/** Enough of a secret to tell it from another one. */
export function brief(secret: string): string {
	return `${secret.slice(0, 10)}…`;
}
