import type { ServerResponse } from "node:http";
import type { Body } from "../../contract/operation.ts";
import type { Engine } from "../../engine/engine.ts";
import type { operations } from "../../generated/control.ts";

export interface Controlled {
	readonly engine: Engine;
	readonly url: string;
	health(): object;
	stop(): void;
}

export type OperationId = keyof operations;

export interface ControlCall<Id extends OperationId = OperationId> {
	readonly params: NonNullable<operations[Id]["parameters"]["path"]>;
	readonly query: Filled<NonNullable<operations[Id]["parameters"]["query"]>>;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: Body<operations[Id]>;
	/** Aborted when the caller goes away. */
	readonly signal: AbortSignal;
}

/** What has a default in the document is always there. */
type Filled<Query> = Query &
	Required<Pick<Query, keyof Query & ("after" | "limit" | "reveal")>>;

export type ControlReply =
	| {
			readonly status: number;
			readonly body: unknown;
			readonly sent?: () => void;
	  }
	/** Always 200. */
	| { readonly text: string; readonly type: string }
	/** Always 200; for as long as somebody reads. */
	| { stream(response: ServerResponse): void };

export type ControlOperations<Id extends OperationId = OperationId> = {
	readonly [Each in Id]: (
		call: ControlCall<Each>,
	) => ControlReply | Promise<ControlReply>;
};

export function ok(body: unknown): ControlReply {
	return { status: 200, body };
}
