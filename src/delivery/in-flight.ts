import Queue from "yocto-queue";
import { bytesOf } from "../bytes.ts";
import type { Endpoint } from "../contract/operation.ts";
import type { DeliveryPolicy, Health } from "../contract/policy.ts";
import type { Random } from "../contract/random.ts";
import type {
	Attempt,
	Delivery,
	DeliveryState,
	EventRecord,
} from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type { Encoded } from "../provider.ts";
import { type BadSignature, bodySentBadly } from "./bad-signature.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { RunInContext } from "./exchange.ts";

export interface Rules {
	readonly policy: DeliveryPolicy;
	encode(event: EventRecord, endpoint: Endpoint, body?: Uint8Array): Encoded;
	/** As it is now; undefined: what waits for it is cancelled. */
	endpoint(id: string): Endpoint | undefined;
	/** What signs for an owner now; undefined: there is no such owner. */
	secretsOf(owner: string): readonly string[] | undefined;
	healthKey(endpoint: Endpoint, event: EventRecord): string;
	attempted(delivery: Delivery, attempt: Attempt, health: Health): void;
}

type MutableDelivery = {
	-readonly [Key in keyof Delivery]: Delivery[Key];
};

export interface How {
	/** The delivery it repeats, whose bytes it has. */
	readonly parent?: Delivery;
	/** Headers that are sent as they are, in place of a signature of its own. */
	readonly frozen?: Readonly<Record<string, string>>;
	readonly body?: Uint8Array;
	readonly signing?: BadSignature;
	/** Where it goes though nobody registered it. */
	readonly pinned?: Endpoint;
	/** Whose secrets sign what goes there, looked up at each attempt. */
	readonly owner?: string;
	/** A test: never repeated, and it stands in no line. */
	readonly once?: boolean;
}

export const defaultHow: How = {};

export type State =
	| "created"
	| "delayed"
	| "queued"
	| "paused"
	| "waiting"
	| "running"
	| "ended";

export type EndState = Exclude<DeliveryState, "pending">;

export class InFlight {
	readonly delivery: MutableDelivery;
	readonly how: How;
	readonly runInContext: RunInContext | undefined;
	state: State = "created";
	cancelTimer: Cancel | undefined;
	#watchers: (() => void)[] | undefined;

	constructor(delivery: Delivery, how: How, runInContext?: RunInContext) {
		this.delivery = delivery;
		this.how = how;
		this.runInContext = runInContext;
	}

	enter(state: State, held?: string): void {
		const { delivery } = this;
		this.state = state;
		this.cancelTimer?.();
		this.cancelTimer = undefined;
		if (delivery.nextAt !== undefined) delete delivery.nextAt;
		if (held !== undefined) delivery.held = held;
		else if (delivery.held !== undefined) delete delivery.held;
	}

	/** The delivery, once its running attempt has been recorded; at once when none runs. */
	async recorded(): Promise<Delivery> {
		if (this.state === "running")
			await new Promise<void>((resolve) => {
				this.#watchers ??= [];
				this.#watchers.push(resolve);
			});
		return this.delivery;
	}

	tellWatchers(): void {
		const told = this.#watchers;
		this.#watchers = undefined;
		for (const tell of told ?? []) tell();
	}

	/** Where it goes, with the secrets of now; undefined: the endpoint is gone. */
	endpoint(rules: Rules): Endpoint | undefined {
		const { pinned, owner } = this.how;
		if (pinned === undefined) return rules.endpoint(this.delivery.endpoint);
		if (owner === undefined) return pinned;
		return { ...pinned, secrets: rules.secretsOf(owner) ?? pinned.secrets };
	}
}

/** By ordered endpoint, the deliveries that wait for the one before them to end. Of each line it is the first one's turn. */
export function createLines(ordered: boolean) {
	const lines = new Map<string, Queue<InFlight>>();
	const lineOf = ({ delivery }: InFlight) => lines.get(delivery.endpoint);
	return {
		join(inFlight: InFlight): boolean {
			const { how, delivery } = inFlight;
			// What a receiver should refuse must not hold up what comes after it.
			if (!ordered || how.once || delivery.sign !== undefined) return true;
			const line = lineOf(inFlight) ?? new Queue();
			line.enqueue(inFlight);
			if (line.size === 1) lines.set(inFlight.delivery.endpoint, line);
			else inFlight.enter("queued");
			return line.size === 1;
		},
		first: (inFlight: InFlight) => lineOf(inFlight)?.peek(),
		isBehind: (inFlight: InFlight) =>
			(lineOf(inFlight)?.peek() ?? inFlight) !== inFlight,
		/** Ends a turn, and gives the one whose turn it is now; nothing for one whose turn it was not. */
		leave(inFlight: InFlight): InFlight | undefined {
			const line = lineOf(inFlight);
			if (line?.peek() !== inFlight) return undefined;
			// One that was attempted out of turn may have ended already.
			while (line.peek()?.state === "ended") line.dequeue();
			if (line.size === 0) lines.delete(inFlight.delivery.endpoint);
			return line.peek();
		},
		clear: () => lines.clear(),
	};
}

interface Making {
	readonly clock: Clock;
	readonly capture?: (() => RunInContext) | undefined;
	readonly signer: Pick<Signer, "dated">;
}

/** Makes the deliveries of one provider: each with an id, and its bytes once and for all. */
export function deliveryMaker(
	rules: Pick<Rules, "encode">,
	{ clock, capture, signer }: Making,
	random: Random,
): (event: EventRecord, endpoint: Endpoint, how: How) => InFlight {
	function bodyOf(body: string | Uint8Array, signing: How["signing"]) {
		const kept = bytesOf(body);
		if (signing === undefined) return kept;
		return bodySentBadly(signing, signer, kept, clock.now());
	}
	return (event, endpoint, how) => {
		const { parent, signing, frozen } = how;
		// What is sent again is sent as it was: encoding anew could give other bytes.
		const { body, headers } = parent ?? rules.encode(event, endpoint, how.body);
		const kept = parent?.body ?? bodyOf(body, signing);
		const createdAt = clock.now();
		const delivery: MutableDelivery = {
			id: `dlv_${random.alphanumeric(20)}`,
			event,
			endpoint: endpoint.id,
			url: endpoint.url,
			body: kept,
			headers,
			createdAt,
			updatedAt: createdAt,
			attempts: [],
			state: "pending",
		};
		if (parent !== undefined) {
			delivery.parent = parent.id;
			delivery.resent = frozen === undefined ? "resign" : "exact";
		}
		// The same bytes and headers are as wrong as they were.
		const sign = frozen === undefined ? signing?.text : parent?.sign;
		if (sign !== undefined) delivery.sign = sign;
		return new InFlight(delivery, how, capture?.());
	};
}
