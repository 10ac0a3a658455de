import { bytesOf, textOf } from "../bytes.ts";
import type { FidelityMark } from "../contract/fidelity.ts";
import type { Handshake, StatusPattern } from "../contract/policy.ts";
import type { Message, Signer } from "../contract/signing.ts";
import type { Headers } from "../delivery/receiver-headers.ts";
import type { OtherSecret } from "../explain/guess.ts";

export interface Sample {
	readonly id: string;
	readonly type: string;
	readonly headers: Headers;
	readonly body: Uint8Array;
}

/** How sure a rule is, and which page states it. */
export interface Fact {
	readonly mark: FidelityMark;
	readonly source: string;
	/** The rule itself, where it is written down. */
	readonly claim?: string;
}

export type Payload = Readonly<Record<string, unknown>>;

/** What differs from the usual event. */
export interface EventVariation {
	/** Default: the first that carries an id. */
	readonly type?: string | undefined;
	/** When it happened, epoch milliseconds; default: now. */
	readonly time?: number | undefined;
	readonly change?: ((payload: Payload) => Payload) | undefined;
	/** It is about the same as all that are alike: nothing but its id tells them apart. */
	readonly alike?: boolean;
	/** The bytes that are sent, made of those that would be. */
	readonly rewrite?: ((body: string) => string) | undefined;
}

/** A provider or a scheme: what is known of it, and how it makes events. */
export interface Source {
	/** The provider's id, or the name of the scheme. */
	readonly name: string;
	readonly title: string;
	readonly signer: Signer;
	readonly secret: string;
	readonly nextSecret: string;
	/** Secrets that a receiver may have been given in its place. */
	otherSecrets(): readonly OtherSecret[];
	/** While one secret takes the place of another, both sign; else the old one is gone at once. */
	readonly rolls: boolean;
	/** Milliseconds that a receiver has to answer. */
	readonly timeout: number;
	/** The statuses that are a success. Default: 2xx. */
	readonly success?: readonly StatusPattern[] | undefined;
	/** Every type of event; none: they are not known. */
	readonly types: readonly string[];
	/** The type that is sent where it does not matter. */
	readonly main: string;
	/** By what it is about, such as `timestamp.tolerance`: rules that are known of this provider. */
	readonly facts: Readonly<Record<string, Fact>>;
	readonly handshake?: Handshake | undefined;
	/** Its deliveries say which event they are of. */
	readonly hasIds: boolean;
	/** A type whose deliveries do not, where others do. */
	readonly withoutId?: string | undefined;
	/** Event ids begin with `lhcheck`. */
	readonly hasOwnIds: boolean;
	/** No provider sends such bodies. */
	readonly isInvented?: boolean;
	/** An event's time is among what is sent. */
	readonly hasTimes: boolean;
	/** Changes to the payload that its documentation allows; undefined: it has no room for such a thing. */
	readonly text?: ((payload: Payload) => Payload) | undefined;
	readonly nulls?: ((payload: Payload) => Payload) | undefined;
	/** An id as the provider makes them. */
	plainId?(): string;
	make(
		event: Pick<Sample, "id" | "type"> & { readonly time: number },
		variation: EventVariation,
	): Pick<Sample, "headers" | "body">;
}

/** What a receiver is checked by. */
export type Subject = ReturnType<typeof subjectOf>;

export const unknownType = "lhcheck.unknown";

/** A text that is other bytes once it has been read as JSON and written anew, in one language or another. */
export const trickyText = "Zoë & Søren a/b <日本> 😀";

export type Run = ReturnType<typeof createRun>;

/** Times and ids of a run, which differ from those of every other run: `lhcheck-m3k9x2-1`. */
export function createRun(now: () => number, seed: string) {
	const start = now().toString(36);
	let count = 0;
	return { now, seed, nextId: () => `lhcheck-${start}-${++count}` };
}

/** @param url the receiver's, as it would be registered */
export function subjectOf(source: Source, url: string, run: Run) {
	const { main, hasOwnIds, plainId, make } = source;
	let isPlain = !hasOwnIds;
	function event(variation: EventVariation = {}): Sample {
		const { type = main, time = run.now(), rewrite } = variation;
		const id = (isPlain ? plainId?.() : undefined) ?? run.nextId();
		const { headers, body } = make({ id, type, time }, variation);
		const bytes = rewrite === undefined ? body : bytesOf(rewrite(textOf(body)));
		return { id, type, headers, body: bytes };
	}
	const { timestampHeader, dated } = source.signer;
	return {
		...source,
		url,
		event,
		/** Signatures hold the time at which they are made. */
		hasTimestamps: timestampHeader !== undefined || dated !== undefined,
		/** Makes ids as the provider does from here on, which do not begin with `lhcheck`; or no longer. */
		usePlainIds(isWanted: boolean): void {
			isPlain = isWanted;
		},
		/** One of a type that the provider does not have yet; undefined: no delivery names its type. */
		unknownEvent(): Sample | undefined {
			const sample = event({ type: unknownType });
			return shown(sample).includes(unknownType) ? sample : undefined;
		},
		/** What a signer is handed of an event. */
		messageOf: ({ id, type, headers, body }: Sample, at: number): Message => ({
			...{ id, type, url, method: "POST", headers, body },
			secrets: [source.secret],
			at,
		}),
	};
}

/** All of an event that a receiver sees, beside its signature. */
export function shown({ headers, body }: Omit<Sample, "id" | "type">): string {
	return textOf(body) + JSON.stringify(headers);
}
