import type { Context } from "../../contract/operation.ts";
import {
	type Documented,
	documented,
} from "../../generated/constants-parcel.ts";
import type { components } from "../../generated/parcel.ts";
import { defineProvider } from "../../provider.ts";
import { apiKey, detailOf, statusOf } from "../../provider-helpers.ts";
import { createSigner } from "../../signing/signer.ts";

interface Parcel extends Documented {
	state: {
		endpoints: components["schemas"]["Endpoint"];
		secrets: { id: "account"; secret: string };
	};
	rotations: "replace";
}

export default defineProvider<Parcel>({
	...documented,
	title: "Parcel",
	collections: {
		endpoints: { schema: "Endpoint", key: "id" },
		secrets: { schema: "Secret", key: "id" },
	},
	operations: {
		"create-secret": (call) => ({
			status: 201,
			body: { secret: replaceSecret(call) },
		}),
		"create-endpoint": (call) => ({
			status: 201,
			body: addEndpoint(call.body.url, call),
		}),
	},
	authentication: apiKey({
		header: "Parcel-Key",
		credential: { form: "a key of any form", example: "pk_1" },
	}),
	refuse: (failure) => ({
		status: statusOf(failure),
		body: { error: detailOf(failure) },
	}),
	receivers: {
		collection: "endpoints",
		describe: (endpoint) => ({ ...endpoint, owner: "account" }),
	},
	ownedSecrets: {
		owners: () => ["account"],
		of: (_, { state }) => Array.from(state.secrets.values(), (s) => s.secret),
		replace: (_, context) => void replaceSecret(context),
	},
	subscribe(url, context) {
		if (context.state.secrets.size === 0) replaceSecret(context);
		addEndpoint(url, context);
	},
	eventFields: ({ id, type }) => ({ id, type }),
	signer: () =>
		createSigner({
			content: "{timestamp}.{body}",
			timestamp: { tolerance: "5m" },
			secrets: "all",
			each: "v1={signature}",
			headers: { "Parcel-Signature": "t={timestamp},{signatures}" },
		}),
});

function addEndpoint(url: string, { state, random }: Context<Parcel>) {
	return state.endpoints.put({ id: `ep_${random.hex(8)}`, url });
}

function replaceSecret({ state, random, replaced }: Context<Parcel>): string {
	const before = state.secrets.get("account")?.secret;
	const secret = `whsec_${random.stream("secret").alphanumeric(32)}`;
	replaced(before, secret);
	return state.secrets.put({ id: "account", secret }).secret;
}
