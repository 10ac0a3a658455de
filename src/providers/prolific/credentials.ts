import { apiKey } from "../../provider-helpers.ts";
import { refusal } from "./errors.ts";
import type { Context, Operations, Prolific, Secret } from "./shape.ts";

/** `Authorization: Token <value>`: https://docs.prolific.com/documentation/get-started/api-fundamentals */
export const authentication = apiKey<Prolific>({
	header: "Authorization",
	carried: { Authorization: /^Token (\S+)$/ },
	howTo: "Authorization: Token <your API token>",
	credential: {
		form: "an API token, without the word Token in front of it",
		example: "k3Yt0nQ7-localhook",
		variables: (token) => ({ API_TOKEN: token }),
	},
	checkCredential(value) {
		if (value === "") return "it is empty";
		if (/^Token\s/.test(value))
			return "it starts with the word Token, which is not part of the token";
		return /\s/.test(value) ? "it contains white space" : undefined;
	},
	unknown:
		"The token is none of those that localhook was started with. Use one of its credentials.",
	write: (token) => `Token ${token}`,
});

/** Documented only by an elided example of 30 characters and some dots. */
const valueLength = 35;

/** The workspace that got a secret first; before that, the one that a caller starts with. */
export function firstWorkspace({ state, random }: Context): string {
	const [first] = state.secrets.values();
	return first?.workspace_id ?? random.fork("workspace").hex(24);
}

export function issueSecret(
	workspace: string,
	{ state, random, replaced }: Context,
): Secret {
	const draw = random.stream(`secret/${workspace}`);
	const before = state.secrets.get(workspace);
	const secret = state.secrets.put({
		id: draw.hex(24),
		value: draw.base64url(valueLength),
		workspace_id: workspace,
	});
	replaced(before?.value, secret.value);
	return secret;
}

export const secretOperations: Operations = {
	"get-secrets"({ query, state }) {
		const { workspace_id } = query;
		const wanted =
			workspace_id === undefined
				? [...state.secrets.values()]
				: [state.secrets.get(workspace_id)];
		const results = wanted.filter((secret) => secret !== undefined);
		return { status: 200, body: { results } };
	},
	"create-secret"(call) {
		// Empty counts as absent.
		const named = call.body?.workspace_id || undefined;
		if (named === undefined && call.options.requireWorkspace === "yes") {
			const rule =
				'"workspace_id" is required: name the workspace that the secret is for.';
			return refusal(400, { workspace_id: [rule] });
		}
		// The schema does not require the field: https://beta-docs.prolific.com/api-reference/webhooks/create-secret
		const workspace = named ?? firstWorkspace(call);
		return { status: 201, body: issueSecret(workspace, call) };
	},
};
