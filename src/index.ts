export { check } from "./check/check.ts";
export { defineConfig } from "./config/define-config.ts";
export type { Config } from "./config/settings.ts";
// What a provider is, for `defineProvider`.
export type * from "./contract/failure.ts";
export type {
	Fidelity,
	FidelityEntry,
	FidelityMark,
	NotPlayed,
	OptionSpec,
} from "./contract/fidelity.ts";
export type {
	Call,
	Caller,
	Context,
	Deliveries,
	Endpoint,
	Operation,
	ProviderRequest,
	Reply,
	Shape,
	SubscriptionOperations,
	UnsignedRequest,
} from "./contract/operation.ts";
export type {
	DeliveryPolicy,
	Health,
	RetryPolicy,
	StatusPattern,
} from "./contract/policy.ts";
export type { Random, RandomState } from "./contract/random.ts";
export type * from "./contract/records.ts";
export type {
	FailedCheck,
	Message,
	Received,
	Signer,
	Verdict,
} from "./contract/signing.ts";
export type { JournalLimits } from "./delivery/journal.ts";
export type { JournalEntry } from "./engine/entry-view.ts";
export type { FaultName, FaultSpec } from "./engine/fault-plan.ts";
export type { Installed } from "./engine/options.ts";
export type { EndpointState } from "./engine/steering.ts";
export type { Turned } from "./engine/time.ts";
export { type ErrorCode, LocalhookError } from "./errors.ts";
export type { Cause } from "./explain/advice.ts";
export type { Mistake } from "./explain/before-asking.ts";
export type { Explanation } from "./explain/explain.ts";
export type {
	DeepPartial,
	EventOf,
	InputOf,
	OperationOf,
	PayloadOf,
	ProviderId,
	Replied,
	ReplyOf,
} from "./hooks/document-types.ts";
export type * from "./hooks/hooks.ts";
export type { HooksOptions } from "./hooks/options.ts";
export type {
	DeliveryHandle,
	ProviderHooks,
	Secret,
	SendOptions,
	Sent,
	Subscriptions,
} from "./hooks/provider-hooks.ts";
export { type Preset, presetOf } from "./presets.ts";
export * from "./provider.ts";
export { type ApiKey, apiKey } from "./provider-helpers.ts";
export type {
	FastifyLike,
	FetchApp,
	FetchHandler,
	NodeHandler,
	Receiver,
} from "./receivers/receiver.ts";
export type { Scheme } from "./signing/scheme.ts";
export { createSigner } from "./signing/signer.ts";
export {
	type Served,
	type StartedLocalhook,
	type StartOptions,
	startLocalhook,
} from "./testing/start.ts";
