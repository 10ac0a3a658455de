import { createHash } from "node:crypto";
import { renderToString } from "preact-render-to-string";
import { script, style } from "../generated/inspector.ts";
import { type Api, load, placeOf } from "./load.ts";
import { Page } from "./page.tsx";

const hash = createHash("sha256")
	.update(script + style)
	.digest("hex")
	.slice(0, 12);

/** What the page loads, by the names that its HTML has for it: never changed, since the name would. */
export const assets: Readonly<Record<string, { type: string; text: string }>> =
	{
		[`/inspector-${hash}.js`]: { type: "text/javascript", text: script },
		[`/inspector-${hash}.css`]: { type: "text/css", text: style },
	};

/** Nothing from elsewhere, no script but the page's own, and nothing that is shown is ever run. */
export const policy =
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/**
 * The page as HTML, with what its script goes on with.
 *
 * @param url where the server is reached
 * @param api absent: a token is required, which the page alone has, so this is a shell
 */
export async function render(
	url: string,
	search: string,
	api?: Api,
): Promise<string> {
	const place = placeOf(search);
	const data = api && (await load(api, place));
	const content = data && renderToString(<Page {...{ url, place, data }} />);
	// The data would end its own element with "</script>", and hold what some take for a line break.
	const json = JSON.stringify(data ?? null).replaceAll("<", "\\u003c");
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>localhook</title>
<link rel="stylesheet" href="./inspector-${hash}.css">
<script type="module" src="./inspector-${hash}.js"></script>
</head>
<body>
<div id="page">${content ?? "<p>This localhook wants its token. Open the URL that it printed, with scripts on.</p>"}</div>
<div id="said" role="status" class="spoken"></div>
<script type="application/json" id="data">${json}</script>
</body>
</html>
`;
}
