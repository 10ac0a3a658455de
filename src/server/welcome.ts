import type { RequestHandler } from "express";
import type { Engine } from "../engine/engine.ts";
import { version } from "../generated/version.ts";

/** What is here and what to type next: plain text for a terminal, a small page for a browser. */
export function welcome(engine: Engine, url: string): RequestHandler {
	return (request, response) => {
		response
			.set("cache-control", "no-store")
			.set("x-content-type-options", "nosniff");
		if (request.accepts(["text/plain", "text/html"]) !== "text/html") {
			response.type("text/plain").send(asText(engine, url));
			return;
		}
		response
			.set(
				"content-security-policy",
				"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
			)
			.set("referrer-policy", "no-referrer")
			.type("text/html")
			.send(asPage(engine, url));
	};
}

function commands(
	engine: Engine,
	url: string,
): [what: string, command: string][] {
	const [session] = engine.sessions.values();
	const provider = session?.provider.id ?? "prolific";
	const type = Object.keys(session?.provider.events ?? {})[0] ?? "";
	return [
		[
			"make something happen",
			`curl ${url}/_localhook/events --json '{"provider":"${provider}","type":"${type}"}'`,
		],
		["see what became of it", `curl ${url}/_localhook/deliveries/latest`],
		["see what each provider can do", `curl ${url}/_localhook/providers`],
		["start over", `curl -X POST ${url}/_localhook/reset`],
	];
}

function asText(engine: Engine, url: string): string {
	const providers = [...engine.sessions].map(
		([id]) => `  ${id.padEnd(12)}${url}/${id}`,
	);
	const next = commands(engine, url).map(
		([what, command]) => `  ${what}\n    ${command}`,
	);
	const receiver = `A receiver that verifies deliveries\n  ${url}/_localhook/receiver/<provider>`;
	return [
		`localhook ${version}`,
		`Providers\n${providers.join("\n")}`,
		receiver,
		`Next\n${next.join("\n")}`,
		"",
	].join("\n\n");
}

function asPage(engine: Engine, url: string): string {
	const providers = [...engine.sessions].map(
		([id, { provider }]) =>
			`<tr><th scope="row">${escapeHtml(provider.title)}</th><td><code>${escapeHtml(`${url}/${id}`)}</code></td></tr>`,
	);
	const next = commands(engine, url).map(
		([what, command]) =>
			`<dt>${escapeHtml(what)}</dt><dd><code>${escapeHtml(command)}</code></dd>`,
	);
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>localhook</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
th { text-align: left; padding-right: 2rem } code { overflow-wrap: anywhere } dd { margin: 0 0 1rem }
</style>
<h1>localhook ${escapeHtml(version)}</h1>
<p>Webhook providers, played on this machine.</p>
<h2>Providers</h2>
<table>${providers.join("")}</table>
<h2>A receiver that verifies deliveries</h2>
<p><code>${escapeHtml(url)}/_localhook/receiver/&lt;provider&gt;</code></p>
<h2>Next</h2>
<dl>${next.join("")}</dl>
</html>
`;
}

function escapeHtml(text: string): string {
	return text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll('"', "&quot;");
}
