import type { Reply } from "../../contract/operation.ts";
import type { CollectionSpec } from "../../contract/records.ts";
import type { Vault } from "../../provider.ts";
import { failed } from "./api.ts";
import type { Context, OpenFormat, Operations, Secret } from "./shape.ts";

export const account = "account";

export const secrets: CollectionSpec<Secret> = {
	schema: "WebhookSecret",
	key: "account",
	flaw: (secret) =>
		secret.account === account && Number.isSafeInteger(secret.replaced)
			? undefined
			: "replaced must be a whole number",
};

export const vault: Vault<OpenFormat> = {
	list(context) {
		const secret = currentSecret(context);
		return [{ owner: account, secrets: secret === undefined ? [] : [secret] }];
	},
	replace: (_, context) => void replaceSecret(context),
};

/** The secret that signs the account's deliveries; undefined: it has none yet. */
export function currentSecret(context: Context): string | undefined {
	const kept = context.state.secrets.get(account);
	if (kept !== undefined) return kept.webhook_secret;
	return context.options.initialSecret === "exists"
		? issue(context, 0)
		: undefined;
}

/** Makes a new secret; the one before it is worth nothing from now on. */
export function replaceSecret(context: Context): string {
	const before = currentSecret(context);
	const { replaced = 0 } = context.state.secrets.get(account) ?? {};
	const secret = issue(context, replaced + 1);
	context.replaced(before, secret);
	return secret;
}

/** A random source for each replacement: whether the initial secret was ever looked at does not change the next one. */
function issue({ state, random }: Context, replaced: number): string {
	const webhook_secret = random.fork(`secret/${replaced}`).uuid();
	state.secrets.put({ account, webhook_secret, replaced });
	return webhook_secret;
}

export const secretOperations: Operations = {
	"get-webhook-secret"(call) {
		const secret = currentSecret(call);
		return secret === undefined
			? failed(
					404,
					"There is no webhook secret yet. Make one with POST /webhook/secret.",
				)
			: secretReply(secret);
	},
	"create-webhook-secret"(call) {
		return secretReply(replaceSecret(call));
	},
};

/** 200 for a new secret too, unlike a new webhook: https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhooksecret */
function secretReply(webhook_secret: string): Reply {
	return { status: 200, body: { status: "success", webhook_secret } };
}
