import type { Context } from "../../contract/operation.ts";
import type { OpenFormat } from "./shape.ts";

const account = "account";

/** The secret that signs the account's deliveries; undefined: it has none yet. */
export function currentSecret(
	context: Context<OpenFormat>,
): string | undefined {
	const kept = context.state.secrets.get(account);
	if (kept !== undefined) return kept.webhook_secret;
	return context.options.initialSecret === "exists"
		? issue(context, 0)
		: undefined;
}

/** Makes a new secret; the one before it is worth nothing from now on. */
export function replaceSecret(context: Context<OpenFormat>): string {
	const before = currentSecret(context);
	const { replaced = 0 } = context.state.secrets.get(account) ?? {};
	const secret = issue(context, replaced + 1);
	context.replaced(before, secret);
	return secret;
}

/** A random source for each replacement: whether the initial secret was ever looked at does not change the next one. */
function issue(
	{ state, random }: Context<OpenFormat>,
	replaced: number,
): string {
	const webhook_secret = random.fork(`secret/${replaced}`).uuid();
	state.secrets.put({ account, webhook_secret, replaced });
	return webhook_secret;
}
