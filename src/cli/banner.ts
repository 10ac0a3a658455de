import { type Receivers, receiverFor } from "../config/receivers.ts";
import type { Engine } from "../engine/engine.ts";
import { dateTime } from "../engine/entry-lines.ts";
import { version } from "../generated/version.ts";
import { maskUrl } from "../mask-url.ts";
import { printableLine } from "../printing.ts";
import type { Colours } from "./io.ts";

/** What a person sees first: where everything is, and what to type next. */
export function banner(
	colours: Colours,
	engine: Engine,
	url: string,
	receiver: Receivers | undefined,
	token: string | undefined,
): string {
	const { bold, cyan, dim } = colours;
	const providers = [...engine.sessions].map(([id, { provider, context }]) => {
		const address = row(id, cyan(`${url}/${id}`));
		if (receiverFor(receiver, id) === undefined) return address;
		const secret = `secret ${provider.secrets(context)[0] ?? "none"}`;
		// On a line of its own, so that it is never broken in two.
		return address + row("", dim(secret));
	});
	const builtIn = `${url}/_localhook/receiver/<provider>`;
	return `
  ${bold("localhook")} ${version}   ${dim(circumstances(engine))}

${providers.join("")}
${row("receiver", cyan(builtIn) + dim("  verifies what it gets"))}${token === undefined ? "" : row("token", token) + row("", dim("for curl: -H 'Authorization: Bearer <token>'"))}${nextRows(colours, engine, url, receiver)}
`;
}

/** What makes this run the run that it is, as far as it is not the usual one. */
function circumstances({ seed, time, faults }: Engine): string {
	const count = faults.list().length;
	return [
		`seed ${printableLine(seed)}`,
		...(time.mode === "real"
			? []
			: [`virtual clock at ${dateTime(new Date(time.now).toISOString())}`]),
		...(time.speed === 1 ? [] : [`${time.speed} times as fast`]),
		...(count === 0 ? [] : [`${count} ${count === 1 ? "fault" : "faults"}`]),
		"Ctrl-C stops",
	].join(" · ");
}

function nextRows(
	{ cyan, dim }: Colours,
	engine: Engine,
	url: string,
	receiver: Receivers | undefined,
): string {
	const [session] = [
		engine.sessions.get("prolific"),
		...engine.sessions.values(),
	].filter((each) => each !== undefined);
	const provider = session?.provider.id ?? "";
	const type = Object.keys(session?.provider.events ?? {})[0] ?? "";
	const send = `curl ${url}/_localhook/events \\
                --json '{"provider":"${provider}","type":"${type}"}'`;
	if (receiver !== undefined)
		return (
			Object.entries(typeof receiver === "string" ? { "": receiver } : receiver)
				.map(([id, each], index) =>
					row(
						index === 0 ? "sending to" : "",
						(id && `${id.padEnd(12)}`) + cyan(printableLine(maskUrl(each))),
					),
				)
				.join("") + row("next", send)
		);
	return (
		row("next", `curl ${url}/`) +
		row(
			"",
			dim("--receiver built-in registers the receiver with every provider"),
		)
	);
}

function row(name: string, text: string): string {
	return `  ${name.padEnd(12)}${text}\n`;
}
