/**
 * A time as PostgreSQL writes it, which is how the API gives it: `2024-01-23 01:23:45.55+00`.
 * https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhook
 */
export function toPostgresTime(at: number): string {
	return new Date(at)
		.toISOString()
		.replace("T", " ")
		.replace(/\.?0*Z$/, "+00");
}
