import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import { builtInIds } from "../catalog.ts";
import { planOf } from "../check/check-receiver.ts";
import { exchangeOnce } from "../check/conversation.ts";
import type { Asked } from "../check/options.ts";
import type { Signer } from "../contract/signing.ts";
import { createAllowedReceivers } from "../delivery/allowed-receivers.ts";
import { createSystemClock } from "../delivery/clock.ts";
import { type Exchange, isAbsent } from "../delivery/exchange.ts";
import { invalidOption, LocalhookError, quoted } from "../errors.ts";
import { type Captured, readCapture } from "../explain/capture.ts";
import {
	type CaptureGiven,
	explainCaptured,
	messageOf,
	signsUrl,
} from "../explain/captured.ts";
import type { Explanation } from "../explain/explain.ts";
import { type OtherSecret, rightHeaders, unsigned } from "../explain/guess.ts";
import { shownAnswer } from "../explain/oracle.ts";
import type { OptionsOf } from "../generated/command-line.ts";
import { presetNames } from "../presets.ts";
import { printableJson } from "../printing.ts";
import type { Server } from "./connect.ts";
import { readInput, writeOutput } from "./files.ts";
import { exitCodes } from "./io.ts";
import { readSigning } from "./sign-command.ts";

export async function explainFile(
	file: string,
	options: OptionsOf<"explain">,
	server: Server,
	print: (explanation: Explanation) => void,
): Promise<void> {
	const { io } = server;
	const { provider, scheme, registeredUrl, expected, language } = options;
	const { at, secretEnv = [], secretFile = [] } = options;
	if (options.save !== undefined && existsSync(options.save))
		throw invalidOption(
			`Failed to save ${quoted(options.save)}: there is such a file already. Name a new one, so that nothing is lost.`,
		);
	if (!provider && !scheme)
		throw invalidOption(
			'Missing --scheme or --provider: name a preset, a provider or a file, as in "--scheme stripe".',
		);
	const captured = readCapture(file, await readInput(file, io));
	const url = registeredUrl ?? captured.url;
	const read = await readSigning({ ...options, url }, io);
	const { signer, secrets } = read;
	const given: CaptureGiven = {
		captured,
		signer,
		secrets,
		others: ownSecrets(provider ?? scheme),
		expected,
		language,
		url: registeredUrl,
		at: at === undefined ? undefined : read.at,
		now: createSystemClock().now(),
		secretNames: [...secretEnv, ...secretFile],
	};
	if (at !== undefined && !(signer.timestampHeader ?? signer.dated))
		throw invalidOption(
			`Invalid --at: signatures of ${provider ?? scheme} hold no time. Leave it out.`,
		);
	if (registeredUrl !== undefined && !signsUrl(signer, messageOf(given)))
		throw invalidOption(
			`Invalid --registered-url: signatures of ${provider ?? scheme} cover no URL. Leave it out.`,
		);
	const explanation = explainCaptured(given);
	print(explanation);
	if (options.save !== undefined)
		await writeOutput(options.save, fixtureOf(file, captured, signer), io);
	if (options.send === undefined) {
		if (!explanation.found) server.finish(exitCodes.failed);
		return;
	}
	const message = { ...messageOf(given), at: createSystemClock().now() };
	const headers = rightHeaders(signer, message) ?? message.headers;
	const exchange = await sent(options.send, headers, captured.body);
	const status = "response" in exchange ? exchange.response.status : undefined;
	server.print({ kind: "sent", url: options.send, status }, [
		shownAnswer(options.send, exchange),
	]);
	const isNobody = "error" in exchange && isAbsent(exchange);
	if (status === undefined || status >= 300)
		server.finish(isNobody ? exitCodes.unreachable : exitCodes.failed);
}

/** By which a delivery of localhook's own is signed, and those that a receiver may have been given in place of the right one. */
function ownSecrets(name = ""): OtherSecret[] {
	const isProvider = builtInIds.includes(name);
	if (!isProvider && !presetNames.includes(name)) return [];
	const asked = isProvider ? { provider: name } : { scheme: name };
	try {
		const { subject } = planOf("http://127.0.0.1/", asked as Asked, name);
		const { secret, signer } = subject;
		return [
			{ what: "the secret that localhook makes from its seed", secret },
			...subject.otherSecrets(),
			{
				what: "the secret of nobody that localhook signs wrongly with",
				secret: signer.neverIssued,
			},
		];
	} catch (error) {
		// Of a pair of keys, none is made.
		if (error instanceof LocalhookError) return [];
		throw error;
	}
}

const patience = 10_000;

const ofConnection =
	/^(?:host|connection|content-length|transfer-encoding|accept-encoding|expect|keep-alive|te|upgrade|:.*)$/i;

function sent(
	url: string,
	headers: Readonly<Record<string, string>>,
	body: Uint8Array,
): Promise<Exchange> {
	const receiver = createAllowedReceivers().resolve(url);
	if (receiver.refused !== undefined)
		throw invalidOption(
			`Failed to send to ${quoted(receiver.href)}: ${receiver.refused.replace(/; start with.*/, "")}. Give a receiver of this machine, such as http://127.0.0.1:3000/hooks.`,
		);
	const kept = without(ofConnection, headers);
	return exchangeOnce({ receiver, headers: kept, body, timeout: patience });
}

function without(names: RegExp, headers: Captured["headers"]) {
	return Object.fromEntries(
		Object.entries(headers).filter(([name]) => !names.test(name)),
	);
}

/** What lets somebody in has no place in a fixture. */
const secret = /^(?:authorization|cookie|proxy-authorization|x-api-key)$/i;

function fixtureOf(
	file: string,
	{ method, url, headers, body }: Captured,
	signer: Signer,
): Buffer {
	const bytes = Buffer.from(body);
	const fixture = {
		mark: "observed",
		source: file,
		method,
		url,
		headers: without(secret, without(ofConnection, unsigned(headers, signer))),
		...(isUtf8(body)
			? { body: bytes.toString() }
			: { base64: bytes.toString("base64") }),
	};
	return Buffer.from(`${printableJson(fixture, "\t")}\n`);
}
