import type { Failure } from "../../contract/failure.ts";
import type { Caller, ProviderRequest } from "../../contract/operation.ts";
import type { Authentication } from "../../provider.ts";
import { sameText } from "../../signing/digests.ts";
import { isSignedBy, signaturesOf } from "./request-signature.ts";
import type { Context, Operations, Spritz } from "./shape.ts";

/** How far a request's time may be from ours. https://docs.sandbox.spritz.finance/guides/authentication */
const tolerance = 5 * 60 * 1000;

/**
 * A request signed with the integrator's API secret. `Authorization` is not looked at: the official client sends
 * `Bearer undefined` on these routes. https://www.npmjs.com/package/@spritz-finance/api-client/v/0.18.1
 */
export const authentication: Authentication<Spritz> = {
	credential: {
		form: "an integrator key and its API secret with a colon between them",
		example: "int_abc123:sk_test_abc123def456ghi789",
		variables: (value) => ({
			INTEGRATOR_KEY: keyOf(value),
			API_SECRET: secretOf(value),
		}),
	},
	checkCredential(value) {
		const key = keyOf(value);
		if (!/^int_./.test(key))
			return 'its integrator key does not start with "int_"';
		if (value.length <= key.length + 1)
			return "no API secret follows its integrator key";
		return undefined;
	},
	authenticate(request, context) {
		const key = header(request, "x-integrator-key");
		if (key === undefined) return authenticateByKeyAlone(request, context);
		const reason = faultOf(request, key, context);
		return reason === undefined ? { key } : { kind: "unauthenticated", reason };
	},
	/** With the API secret of now: a call of the API may have replaced the one in the credential. */
	authorize(request, credential, context) {
		const key = keyOf(credential);
		const [secret = secretOf(credential)] = apiSecrets(key, context) ?? [];
		const timestamp = String(context.now());
		const [signature = ""] = signaturesOf(request, secret, timestamp);
		return {
			"x-integrator-key": key,
			"x-timestamp": timestamp,
			"x-signature": signature,
		};
	},
};

/** The older scheme, a key without a signature; whether these routes still take it is not known. */
function authenticateByKeyAlone(
	request: ProviderRequest,
	context: Context,
): Caller | Failure {
	const key =
		context.options.authentication === "key-only"
			? header(request, "x-integration-key")
			: undefined;
	if (key !== undefined && isKnownKey(key, context)) return { key };
	const reason =
		key === undefined
			? "X-Integrator-Key is required, together with X-Signature and X-Timestamp"
			: `X-Integration-Key "${key}" belongs to no integrator`;
	return { kind: "unauthenticated", reason };
}

function faultOf(
	request: ProviderRequest,
	key: string,
	context: Context,
): string | undefined {
	if (!/^int_./.test(key))
		return `X-Integrator-Key must look like int_..., not "${key}"`;
	if (!isKnownKey(key, context))
		return `X-Integrator-Key "${key}" belongs to no integrator`;
	const signature = header(request, "x-signature");
	if (signature === undefined) return "X-Signature is required";
	if (!/^sha256=[0-9a-f]{64}$/.test(signature))
		return `X-Signature must be sha256= and 64 lower-case hex digits, not "${signature}"`;
	const timestamp = header(request, "x-timestamp");
	if (timestamp === undefined) return "X-Timestamp is required";
	if (!/^\d{1,15}$/.test(timestamp))
		return `X-Timestamp must be Unix milliseconds, not "${timestamp}"`;
	const now = context.now();
	if (Math.abs(now - Number(timestamp)) > tolerance)
		return `X-Timestamp "${timestamp}" is more than 5 minutes away from the time ${now}`;
	const secrets = apiSecrets(key, context);
	if (
		secrets === undefined ||
		isSignedBy(secrets, request, timestamp, signature)
	)
		return undefined;
	return "X-Signature does not match: sign {timestamp}.{METHOD}.{path}.{bodyHash} with the current API secret";
}

function header(
	{ headers }: ProviderRequest,
	name: string,
): string | undefined {
	const value = headers[name];
	return typeof value === "string" && value !== "" ? value : undefined;
}

/** Whether a key may call at all. Every key may, unless credentials are pinned. */
function isKnownKey(key: string, context: Context): boolean {
	return pinnedSecrets(key, context)?.length !== 0;
}

/** The API secrets a key may sign with now; undefined: they are not known, so any signature may be right. */
function apiSecrets(
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

function pinnedSecrets(
	key: string,
	{ credentials }: Context,
): string[] | undefined {
	if (credentials.length === 0) return undefined;
	// Every key is compared, so that the time taken says nothing about which one fits.
	return credentials.filter((each) => sameText(keyOf(each), key)).map(secretOf);
}

function keyOf(credential: string): string {
	return credential.split(":", 1)[0] as string;
}

function secretOf(credential: string): string {
	return credential.slice(keyOf(credential).length + 1);
}

export const secretOperations: Operations = {
	/** The secret before it goes on for the seconds given, the one before that ends. */
	"regenerate-secret"(call) {
		const { body, caller, state, random, now } = call;
		const { key } = caller;
		const { oldSecretValidForSeconds: grace = 0 } = body;
		const secret = `sk_test_${random.stream(`api-secret/${key}`).alphanumeric(18)}`;
		const before = state.apiSecrets.get(key);
		if (grace === 0) {
			state.apiSecrets.put({ key, secret });
			return { status: 200, body: { secret } };
		}
		const oldSecrets =
			before === undefined ? pinnedSecrets(key, call) : [before.secret];
		const oldSecretExpiresAt = new Date(now() + grace * 1000).toISOString();
		const known = oldSecrets && { oldSecrets };
		state.apiSecrets.put({ key, secret, oldSecretExpiresAt, ...known });
		return { status: 200, body: { secret, oldSecretExpiresAt } };
	},
};
