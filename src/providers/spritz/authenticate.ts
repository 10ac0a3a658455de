import type { Failure } from "../../contract/failure.ts";
import type {
	Caller,
	ProviderRequest,
	UnsignedRequest,
} from "../../contract/operation.ts";
import { apiSecrets, isKnownKey, keyOf, secretOf } from "./api-secrets.ts";
import { isSignedBy, signRequest } from "./request-signature.ts";
import type { Context } from "./shape.ts";

/** How far a request's time may be from ours. https://docs.sandbox.spritz.finance/guides/authentication */
const tolerance = 5 * 60 * 1000;

/**
 * The integrator behind a request. `Authorization` is not looked at: the official client sends
 * `Bearer undefined` on these routes. https://www.npmjs.com/package/@spritz-finance/api-client/v/0.18.1
 */
export function authenticate(
	request: ProviderRequest,
	context: Context,
): Caller | Failure {
	const key = header(request, "x-integrator-key");
	if (key === undefined) return authenticateByKeyAlone(request, context);
	const signature = header(request, "x-signature");
	const timestamp = header(request, "x-timestamp");
	const fault =
		faultOfKey(key, context) ??
		faultOfForm(signature) ??
		faultOfTime(timestamp, context.now()) ??
		faultOfSignature(
			request,
			key,
			signature as string,
			timestamp as string,
			context,
		);
	return fault === undefined
		? { key }
		: { kind: "unauthenticated", reason: fault };
}

/** With the API secret of now: a call of the API may have replaced the one in the credential. */
export function authorize(
	request: UnsignedRequest,
	credential: string,
	context: Context,
): Record<string, string> {
	const key = keyOf(credential);
	const [current] = apiSecrets(key, context) ?? [];
	const timestamp = String(context.now());
	return {
		"x-integrator-key": key,
		"x-timestamp": timestamp,
		"x-signature": signRequest(
			request,
			current ?? secretOf(credential),
			timestamp,
		),
	};
}

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

function faultOfKey(key: string, context: Context): string | undefined {
	if (!/^int_./.test(key))
		return `X-Integrator-Key must look like int_..., not "${key}"`;
	return isKnownKey(key, context)
		? undefined
		: `X-Integrator-Key "${key}" belongs to no integrator`;
}

function faultOfForm(signature: string | undefined): string | undefined {
	if (signature === undefined) return "X-Signature is required";
	if (/^sha256=[0-9a-f]{64}$/.test(signature)) return undefined;
	return `X-Signature must be sha256= and 64 lower-case hex digits, not "${signature}"`;
}

function faultOfTime(
	timestamp: string | undefined,
	now: number,
): string | undefined {
	if (timestamp === undefined) return "X-Timestamp is required";
	if (!/^\d{1,15}$/.test(timestamp))
		return `X-Timestamp must be Unix milliseconds, not "${timestamp}"`;
	const away = Math.abs(now - Number(timestamp));
	return away <= tolerance
		? undefined
		: `X-Timestamp "${timestamp}" is more than 5 minutes away from the time ${now}`;
}

function faultOfSignature(
	request: ProviderRequest,
	key: string,
	signature: string,
	timestamp: string,
	context: Context,
): string | undefined {
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
