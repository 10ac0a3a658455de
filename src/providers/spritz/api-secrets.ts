import { sameText } from "../../signing/same-text.ts";
import type { ApiSecret, Context } from "./shape.ts";

/** Whether a key may call at all: any may, unless credentials are pinned. */
export function isKnownKey(key: string, { credentials }: Context): boolean {
	if (credentials.length === 0) return true;
	// Every key is compared, so that the time taken says nothing about which one fits.
	return credentials
		.map((credential) => sameText(keyOf(credential), key))
		.includes(true);
}

/** The API secrets a key may sign with now; undefined: they are not known, so any signature may be right. */
export function apiSecrets(
	key: string,
	context: Context,
): readonly string[] | undefined {
	const regenerated = context.state.apiSecrets.get(key);
	if (regenerated === undefined) return pinnedSecrets(key, context);
	const { secret, oldSecrets, oldSecretExpiresAt } = regenerated;
	if (
		oldSecretExpiresAt === undefined ||
		context.now() >= Date.parse(oldSecretExpiresAt)
	)
		return [secret];
	return oldSecrets && [secret, ...oldSecrets];
}

/** Gives a key its next API secret. The one before it goes on for the seconds given, the one before that ends. */
export function regenerate(
	key: string,
	graceSeconds: number,
	context: Context,
): ApiSecret {
	const { apiSecrets: secrets } = context.state;
	const current = secrets.get(key);
	const secret = `sk_test_${context.random.stream(`api-secret/${key}`).alphanumeric(18)}`;
	if (graceSeconds === 0) return secrets.put({ key, secret });
	const oldSecrets =
		current === undefined ? pinnedSecrets(key, context) : [current.secret];
	const oldSecretExpiresAt = new Date(
		context.now() + graceSeconds * 1000,
	).toISOString();
	return secrets.put({
		key,
		secret,
		oldSecretExpiresAt,
		...(oldSecrets && { oldSecrets }),
	});
}

/** What is wrong with a credential that the user wants to pin; undefined: nothing. */
export function checkCredential(value: string): string | undefined {
	const key = keyOf(value);
	if (!/^int_./.test(key))
		return 'its integrator key does not start with "int_"';
	if (value.length <= key.length + 1)
		return "no API secret follows its integrator key";
	return undefined;
}

function pinnedSecrets(
	key: string,
	{ credentials }: Context,
): readonly string[] | undefined {
	if (credentials.length === 0) return undefined;
	return credentials.filter((each) => sameText(keyOf(each), key)).map(secretOf);
}

export function keyOf(credential: string): string {
	return credential.split(":", 1)[0] as string;
}

export function secretOf(credential: string): string {
	return credential.slice(keyOf(credential).length + 1);
}
