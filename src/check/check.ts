import { checkShape } from "../engine/shape.ts";
import { invalidOption, quoted } from "../errors.ts";
import { isUrl, type Receiver } from "../receivers/receiver.ts";
import { type CheckOptions, shape } from "./options.ts";
import type { Report } from "./result.ts";

/**
 * Checks a receiver, in this process or at a URL, against every rule for receivers: what it refuses, what it accepts, and
 * with a probe, how often it does the work. The same as `localhook check`.
 *
 * @throws LocalhookError `invalid-option`, `invalid-receiver`; `server-unreachable` when nothing answers at the URL
 * @example
 * const report = await check(app, { provider: "prolific", secret, probe: () => inbox.length })
 * if (!report.ok) throw new Error(report.text)
 */
export async function check(
	receiver: Receiver,
	options: CheckOptions,
): Promise<Report> {
	checkShape(options, shape, "check");
	const { probe, path, fail } = options;
	const { checkReceiver, nameOf, planOf, probeAt } = await import(
		"./check-receiver.ts"
	);
	if (isUrl(receiver) && path !== undefined)
		throw invalidOption(
			`Invalid option "path" ${quoted(path)}: the receiver is at a URL, which has a path already. Put it there, and leave the option out.`,
		);
	const where = path ?? `/webhooks/${nameOf(options)}`;
	const url = isUrl(receiver)
		? String(receiver)
		: new URL(where, "http://receiver.localhost").href;
	const effects =
		typeof probe === "function"
			? { read: async () => probe() }
			: probe && probeAt(String(probe), options);
	const plan = planOf(url, options);
	return checkReceiver(receiver, plan, {
		effects: effects || undefined,
		ways: { fail: fail && (async () => void (await fail())) },
	});
}
