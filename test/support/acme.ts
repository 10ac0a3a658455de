import type {
	Context,
	Operation,
	Shape,
} from "../../src/contract/operation.ts";
import type { DeliveryPolicy } from "../../src/contract/policy.ts";
import type { Signer } from "../../src/contract/signing.ts";
import type { Installed } from "../../src/engine/options.ts";
import type { Rotation } from "../../src/engine/secrets.ts";
import type { ApiDocument } from "../../src/openapi/operations.ts";
import {
	defineProvider,
	type Outcome,
	type Provider,
} from "../../src/provider.ts";
import { createSigner } from "../../src/signing/signer.ts";

export interface Hook {
	readonly id: string;
	readonly url: string;
	readonly secrets: readonly string[];
	/** Until when what was rolled signs too. */
	readonly rolledUntil?: number;
	/** Why it gets nothing. */
	readonly off?: string;
	readonly events?: readonly string[];
	readonly headers?: Readonly<Record<string, string>>;
}

export interface Acme extends Shape {
	state: { hooks: Hook };
	events: "thing.made" | "thing.lost";
	operations: {
		"make-thing": { body: { name: string; size?: number } };
		"read-thing": { params: { number: string } };
		"list-things": { query: { limit: number } };
		"change-thing": { params: { number: string }; body: unknown };
	};
	options: { colour: "red" | "green" };
}

const thing = {
	type: "object",
	required: ["name"],
	properties: {
		name: { type: "string" },
		size: { type: "integer" },
		colour: { enum: ["red", "green"] },
	},
};
const json = (schema: object) => ({
	content: { "application/json": { schema } },
});
const number = {
	name: "number",
	in: "path",
	required: true,
	schema: { type: "integer" },
};
const refused = { $ref: "#/components/responses/Refused" };

/** The document of a provider that exists for these tests alone. */
export const acmeDocument = {
	openapi: "3.1.0",
	info: { title: "Acme", version: "1" },
	paths: {
		"/things": {
			post: {
				operationId: "make-thing",
				requestBody: { required: true, ...json(thing) },
				responses: { 201: json(thing), "4XX": refused },
			},
			get: {
				operationId: "list-things",
				parameters: [
					{
						name: "limit",
						in: "query",
						schema: { type: "integer", default: 20, maximum: 100 },
					},
				],
				responses: {
					200: json({ type: "array", items: thing }),
					"4XX": refused,
				},
			},
		},
		"/things/{number}": {
			patch: {
				operationId: "change-thing",
				parameters: [number],
				requestBody: json({ type: "object" }),
				responses: { 200: json(thing), "4XX": refused },
			},
			get: {
				operationId: "read-thing",
				parameters: [number],
				responses: {
					200: {
						content: {
							"application/json": {
								schema: thing,
								example: { name: "anvil", size: 3 },
							},
						},
					},
					"4XX": refused,
				},
			},
		},
	},
	webhooks: {
		"thing.made": {
			post: { requestBody: json({ type: "object", required: ["type"] }) },
		},
		// Its fields are known, so that others are refused.
		"thing.lost": {
			post: {
				requestBody: json({
					type: "object",
					required: ["type"],
					properties: { data: thing },
				}),
			},
		},
	},
	components: {
		schemas: {
			Hook: {
				type: "object",
				required: ["id", "url", "secrets"],
				properties: {
					id: { type: "string" },
					url: { type: "string" },
					secrets: { type: "array" },
				},
			},
		},
		responses: { Refused: json({ type: "object", required: ["problem"] }) },
	},
} as unknown as ApiDocument;

export const fixture = {
	type: "thing.made",
	id: "",
	data: { name: "anvil", size: 3 },
};

export const acmeSigner = createSigner({
	content: "{timestamp}.{body}",
	secrets: "all",
	timestamp: { format: "unix-ms", tolerance: "1s" },
	headers: { "X-Signature": "{signatures}", "X-Signed-At": "{timestamp}" },
});

export interface AcmeOptions {
	readonly id?: string;
	readonly policy?: Partial<DeliveryPolicy>;
	/** Default: `acmeSigner`. */
	readonly signer?: Signer;
	readonly operations?: {
		readonly [Name in keyof Acme["operations"]]?: Operation<Acme, Name>;
	};
	/** Each endpoint has secrets of its own, which can be made new so. Default: nothing can be done with them. */
	readonly rotations?: readonly Rotation[];
	/** Where its API is outside. Default: nowhere. */
	readonly servers?: readonly string[];
	readonly healthKey?: Provider<Acme>["healthKey"];
	readonly attempted?: (outcome: Outcome) => void;
}

/** What signs for an endpoint now. */
function signingOf(
	{ secrets, rolledUntil = 0 }: Hook,
	{ now }: Context<Acme>,
): readonly string[] {
	return now() < rolledUntil ? secrets : secrets.slice(0, 1);
}

function renew(
	id: string,
	{ state, random, now, replaced }: Context<Acme>,
	signer: Signer,
	overlap: number,
): void {
	const hook = state.hooks.get(id) as Hook;
	const [before = ""] = hook.secrets;
	const secret = signer.secretFrom(random.hex(8));
	replaced(before, secret);
	const secrets = [secret, before];
	state.hooks.put({ ...hook, secrets, rolledUntil: now() + overlap });
}

export function acme(options: AcmeOptions = {}): Installed {
	const { signer = acmeSigner } = options;
	const provider = defineProvider<Acme>({
		id: options.id ?? "acme",
		title: "Acme",
		collections: { hooks: { schema: "Hook", key: "id" } },
		options: {
			colour: {
				summary: "The colour of things",
				values: ["red", "green"],
				default: "red",
				strict: "green",
			},
		},
		events: {
			"thing.made": { summary: "A thing was made" },
			"thing.lost": { summary: "A thing was lost" },
		},
		operations: options.operations ?? {},
		authentication: {
			credential: { form: "a key of four digits", example: "1234" },
			checkCredential: (value) =>
				/^\d{4}$/.test(value) ? undefined : `"${value}" is not four digits`,
			authenticate: ({ headers }, { credentials: pinned }) =>
				headers["x-key"] === "wrong" ||
				(pinned.length > 0 && !pinned.includes(`${headers["x-key"]}`))
					? { kind: "unauthenticated", reason: "wrong key" }
					: { key: "any" },
			authorize: (_request, credential) => ({ "x-key": credential }),
		},
		refuse: (failure) => ({
			status:
				failure.kind === "unauthenticated"
					? 401
					: failure.kind === "method-not-allowed"
						? 405
						: failure.kind === "status"
							? failure.status
							: 400,
			body: {
				problem: failure.kind,
				...("violations" in failure && { violations: failure.violations }),
			},
		}),
		replyHeaders: ({ random }) => ({ "x-request": random.hex(4) }),
		eventFields: ({ id, type }) => ({ id, type }),
		encode: (event) => ({
			body: JSON.stringify(event.payload),
			headers: { "content-type": "application/json", "x-event": event.id },
		}),
		receivers: {
			collection: "hooks",
			// Losses are told to nobody.
			listening: ({ type }, { state }) =>
				type === "thing.lost" ? [] : [...state.hooks.values()],
			describe: (hook, context) =>
				options.rotations === undefined
					? hook
					: { ...hook, owner: hook.id, secrets: signingOf(hook, context) },
		},
		subscribe: (url, { state, random }) =>
			void state.hooks.put({
				id: "receiver",
				url,
				secrets: [signer.secretFrom(random.hex(8))],
			}),
		signer: () => signer,
		delivery: () => ({
			timeout: 5000,
			retry: { delays: [], jitter: "none" },
			ordered: false,
			...options.policy,
		}),
		...(options.rotations && {
			ownedSecrets: {
				owners: ({ state }) => [...state.hooks.values()].map(({ id }) => id),
				of(id, context) {
					const hook = context.state.hooks.get(id);
					return hook && signingOf(hook, context);
				},
				...Object.fromEntries(
					options.rotations.map((each) => [
						each,
						(id: string, context: Context<Acme>) => {
							const overlap = each === "roll" ? 86_400_000 : 0;
							renew(id, context, signer, context.lasting(overlap));
						},
					]),
				),
			},
		}),
		...(options.healthKey && { healthKey: options.healthKey }),
		...(options.attempted && { attempted: options.attempted }),
	});
	return {
		provider: provider as unknown as Provider,
		document: {
			...acmeDocument,
			...(options.servers && {
				servers: options.servers.map((url) => ({ url })),
			}),
		},
		fixture: (type) => ({ ...fixture, type }),
	};
}
