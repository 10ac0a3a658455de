import type { Setup } from "../config/settings.ts";
import { headersOfReceiver } from "../delivery/receiver-headers.ts";
import type { Engine } from "../engine/engine.ts";
import { providerVariables, type Variable } from "../engine/variables.ts";
import { basePaths } from "../openapi/router.ts";

/**
 * What a client and a receiver of the started providers need.
 *
 * @example
 * await variablesOf(engine, { url: "http://127.0.0.1:4600" }) // LOCALHOOK_URL, PROLIFIC_API_URL, PROLIFIC_API_TOKEN ...
 */
export function variablesOf(
	engine: Engine,
	{ url, token }: { readonly url: string; readonly token?: string | undefined },
): Variable[] {
	const variables: Variable[] = [
		{ name: "LOCALHOOK_URL", value: url, secret: false },
		{
			name: "LOCALHOOK_RECEIVER_URL",
			value: `${url}/_localhook/receiver`,
			secret: false,
		},
	];
	if (token !== undefined)
		variables.push({ name: "LOCALHOOK_TOKEN", value: token, secret: true });
	for (const session of engine.sessions.values()) {
		const { provider, document } = session;
		const base = `${url}/${provider.id}${basePaths(document)[0]}`;
		variables.push(...providerVariables(session, base));
	}
	return variables;
}

/** What must not stand in a log. */
export function secretsIn(variables: readonly Variable[]): string[] {
	return variables.flatMap(({ secret, value }) => (secret ? [value] : []));
}

/** What lets deliveries in at a receiver, in each form that something may print: plain, and as it is sent. */
export function receiverSecrets({
	receiver = {},
	receiverHeaders = {},
}: Pick<Setup, "receiver" | "receiverHeaders">): string[] {
	const urls = typeof receiver === "string" ? [receiver] : receiver;
	const values = Object.values(receiverHeaders);
	return [
		...Object.values(urls).flatMap(secretsOfUrl),
		...values,
		// Of `Bearer abc`, the part that is secret.
		...values.flatMap((value) => value.split(" ").slice(-1)),
		// A short one would be hidden in every other word too.
	].filter(({ length }) => length > 3);
}

function secretsOfUrl(text: string): string[] {
	const url = URL.parse(text);
	const { authorization = "" } = (url && headersOfReceiver(url)) ?? {};
	const sent = authorization.replace(/^Basic /, "");
	const [user = "", ...rest] = Buffer.from(sent, "base64")
		.toString()
		.split(":");
	return [url?.password || url?.username || "", rest.join(":") || user, sent];
}
