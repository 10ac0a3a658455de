import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { install } from "../src/catalog.ts";
import { resolveOptions } from "../src/engine/options.ts";
import {
	isSignedBy,
	signaturesOf,
} from "../src/providers/spritz/request-signature.ts";
import { messageOf } from "./support/message.ts";
import { python, withoutPython } from "./support/python.ts";
import { timeOf, type Vector, vectors } from "./support/vectors.ts";

const providers = [...new Set(vectors.map(({ provider }) => provider))];

const installations = new Map<string, ReturnType<typeof install>>();

// Skipped only where there is no python3; the vectors themselves are checked by our own signers below.
describe.skipIf(withoutPython)("Python", () => {
	const script = fileURLToPath(
		new URL("support/recompute.py", import.meta.url),
	);

	it("computes the signature of every valid vector, and never that of a refused one, of the providers that it knows", () => {
		const { stdout, stderr, status } = spawnSync(python, [script], {
			input: JSON.stringify(vectors),
		});
		expect(status, stderr.toString()).toBe(0);

		const signatures: (string | null)[] = JSON.parse(stdout.toString());

		expect(signatures).toHaveLength(vectors.length);
		expect(signatures.filter(Boolean).length).toBeGreaterThan(30);
		for (const [index, vector] of vectors.entries()) {
			const signature = signatures[index];
			if (signature === null) continue;
			const agrees = signature === vector.signature;
			expect(agrees, `${vector.provider}: ${vector.name}`).toBe(vector.valid);
		}
	});
});

describe.each(providers)("%s", (provider) => {
	const deliveries = vectors.filter(
		(vector) => vector.provider === provider && vector.scheme === "delivery",
	);

	it.each(deliveries)(
		"signs and verifies a delivery: $name",
		async (vector) => {
			const signer = await signerOf(vector);
			const {
				secret,
				secrets = [secret as string],
				header,
				signature,
				timestamp,
			} = vector;
			const body = Buffer.from(vector.body);

			const signed = signer.sign(
				messageOf({ body, secrets, at: timeOf(timestamp) }),
			);
			const { [header]: own, ...others } = signed;
			const received = {
				headers: Object.fromEntries(
					Object.entries({ ...others, [header]: signature }).map(
						([name, value]) => [name.toLowerCase(), value],
					),
				),
				body,
				now: timeOf(timestamp),
			};
			const verdict = signer.verify({ ...received, secrets });
			const byAnother = signer.verify({
				...received,
				secrets: [signer.neverIssued],
			});

			expect(Object.keys(others)).toEqual(
				signer.headers.filter((name) => name !== header),
			);
			if (signer.timestampHeader !== undefined)
				expect(signed[signer.timestampHeader]).toContain(timestamp);
			expect(own === signature).toBe(vector.valid);
			expect(verdict).toEqual(
				vector.valid
					? { ok: true }
					: expect.objectContaining({ ok: false, check: "signature" }),
			);
			expect(byAnother).toMatchObject({ ok: false, check: "signature" });
		},
	);

	it("has a vector that holds", () => {
		expect(deliveries.some(({ valid }) => valid)).toBe(true);
	});
});

describe("spritz", () => {
	const requests = vectors.filter(({ scheme }) => scheme === "request");

	it.each(requests)(
		"signs and verifies a request to its API: $name",
		(vector) => {
			const {
				method = "",
				path = "",
				unsortedPath = path,
				body,
				secret = "",
				timestamp = "",
			} = vector;
			const [pathname, query = ""] = unsortedPath.split("?", 2) as [
				string,
				string?,
			];
			const bytes = Buffer.from(body);
			const request = { method, path: pathname, query, body: bytes };
			const isHashed = body === "" && vector.options.emptyBody === "sha256";

			const signatures = signaturesOf(request, secret, timestamp);

			expect(signatures[isHashed ? 1 : 0] === vector.signature).toBe(
				vector.valid,
			);
			expect(isSignedBy([secret], request, timestamp, vector.signature)).toBe(
				vector.valid,
			);
		},
	);

	it("has vectors of requests", () => {
		expect(requests.length).toBeGreaterThan(10);
	});
});

async function signerOf({ provider: id, options }: Vector) {
	const installed = installations.get(id) ?? install(id);
	installations.set(id, installed);
	const { provider } = await installed;
	return provider.signer(resolveOptions(provider, options, false));
}
