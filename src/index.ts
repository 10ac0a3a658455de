export { install, providerIds } from "./catalog.ts";
export { defineConfig } from "./config/define-config.ts";
export type { Config } from "./config/settings.ts";
export type { Failure, Violation } from "./contract/failure.ts";
export type {
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
} from "./contract/operation.ts";
export type { DeliveryPolicy, Health, RetryPolicy } from "./contract/policy.ts";
export type { Random } from "./contract/random.ts";
export type {
	Attempt,
	AttemptError,
	AttemptResponse,
	Collection,
	CollectionSpec,
	Delivery,
	DeliveryState,
	EventRecord,
} from "./contract/records.ts";
export type {
	FailedCheck,
	Message,
	Received,
	Signer,
	Verdict,
} from "./contract/signing.ts";
export {
	type Clock,
	createVirtualClock,
	type VirtualClock,
} from "./delivery/clock.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export {
	createEngine,
	type Engine,
	type EngineOptions,
	type EngineReply,
	type EngineRequest,
} from "./engine/engine.ts";
export type { FaultName, FaultSpec } from "./engine/fault-rules.ts";
export type { Installed } from "./engine/installed.ts";
export type { Snapshot } from "./engine/snapshot.ts";
export type { Time, Turned } from "./engine/time.ts";
export type { WaitOptions } from "./engine/wait.ts";
export { type ErrorCode, errorCodes, LocalhookError } from "./errors.ts";
export {
	type Explanation,
	explain,
	type Rejected,
} from "./explain/explain.ts";
export type { Mistake, MistakeName } from "./explain/mistake.ts";
export type { DeliveryHandle } from "./hooks/delivery-handle.ts";
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
export type {
	Hooks,
	HooksClock,
	HooksWaitOptions,
	Localhook,
	ScopeOptions,
} from "./hooks/hooks.ts";
export type { HooksOptions } from "./hooks/options.ts";
export type {
	ProviderHooks,
	Secret,
	Subscriptions,
} from "./hooks/provider-hooks.ts";
export type { How, Sent } from "./hooks/sent.ts";
export { defineProvider, type Provider } from "./provider.ts";
export { parseQuery, type Query } from "./query/parse.ts";
export type {
	FastifyLike,
	FetchApp,
	FetchHandler,
	NodeHandler,
	Receiver,
} from "./receivers/receiver.ts";
export { transportTo } from "./receivers/transport-to.ts";
export {
	type RunningServer,
	type ServerOptions,
	startServer,
} from "./server/server.ts";
export { type HmacScheme, hmac } from "./signing/hmac.ts";
export {
	type StartedLocalhook,
	type StartOptions,
	startLocalhook,
} from "./testing/start.ts";
