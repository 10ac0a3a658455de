import { expect, it } from "vitest";
import { resolveSetup } from "../../src/config/resolve.ts";

it.each([
	["prolific=Token s3cretvalue"],
	["solvimon=key:s3cretvalue"],
	["spritz=s3cretvalue"],
	["spritz=int_s3cretvalue"],
])("nothing of a credential is in what is said of it: %s", async (text) => {
	const failure = await resolveSetup({
		flags: { credentials: [text] },
		environment: {},
		folder: "/",
	}).catch((error: unknown) => String(error));

	expect(failure).toMatch(/--credential: /);
	expect(failure).not.toMatch(/s3cret/);
});
