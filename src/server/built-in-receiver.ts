import type { RequestHandler } from "express";
import type { Reply } from "../contract/operation.ts";
import type { Verdict } from "../contract/signing.ts";
import type { Engine } from "../engine/engine.ts";
import type { ReadBody } from "./body.ts";

const bodyLimit = 10 * 1024 * 1024;

/** A receiver that verifies what it gets as a user's own would, so that there is one before any is written. */
export function builtInReceiver(
	engine: Engine,
	readBody: ReadBody,
): RequestHandler {
	return async (request, response) => {
		const { provider, signer, context, ready } = engine.session(
			String(request.params.provider),
		);
		await ready();
		const body = await readBody(request, response, bodyLimit);
		const received = {
			headers: request.headers,
			body,
			secrets: provider.secrets(context),
			now: context.now(),
		};
		const verdict = signer.verify(received);
		const reply =
			provider.receive?.(received, verdict) ??
			plainAnswer(verdict, received.secrets.length > 0);
		response
			.status(reply.status)
			.set(reply.headers ?? {})
			.json(reply.body);
	};
}

/** A provider that has no secret yet signs nothing, and there is nothing to hold against that. */
function plainAnswer(verdict: Verdict, hasSecret: boolean): Reply {
	if (verdict.ok) return { status: 200, body: { verified: true } };
	if (!hasSecret)
		return {
			status: 200,
			body: {
				verified: false,
				reason: "no secret is set, so nothing is signed",
			},
		};
	return {
		status: 401,
		body: { verified: false, check: verdict.check, reason: verdict.reason },
	};
}
