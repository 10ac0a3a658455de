import type { ServerResponse } from "node:http";

/** A control call whose parameters and body satisfy `openapi/localhook.yaml`. */
export interface ControlCall {
	readonly params: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, unknown>>;
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
	/** Aborted when the caller goes away. */
	readonly signal: AbortSignal;
}

export type ControlReply =
	| {
			readonly status: number;
			readonly body: unknown;
			/** Called once the caller has the reply. */
			readonly sent?: () => void;
	  }
	/** Always 200. */
	| { readonly text: string; readonly type: string }
	/** Always 200; for as long as somebody reads. */
	| { stream(response: ServerResponse): void };

export type ControlOperation = (
	call: ControlCall,
) => ControlReply | Promise<ControlReply>;

/** By operation id. */
export type ControlOperations = Readonly<Record<string, ControlOperation>>;

export function ok(body: unknown): ControlReply {
	return { status: 200, body };
}

/** Epoch milliseconds as the control API writes them. */
export function iso(time: number): string {
	return new Date(time).toISOString();
}
