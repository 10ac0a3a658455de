import { HttpResponse, http, passthrough } from "msw";

interface Answer {
	readonly overridden: string;
}

export const handlers = [
	http.get("https://api.acme.test/things", () =>
		HttpResponse.json<Answer>({ overridden: "things" }),
	),
	http.post("https://api.acme.test/things", async ({ request }) => {
		const body = await request.clone().text();
		if (body.includes("mine"))
			return HttpResponse.json<Answer>({ overridden: body }, { status: 299 });
		return undefined;
	}),
	http.get("https://api.acme.test/passes", () => passthrough()),
	http.get("https://api.acme.test/throws", () => {
		throw new Error("the handler is broken");
	}),
	http.get("https://api.acme.test/cuts", () => HttpResponse.error()),
	// Without an origin: it is the provider's.
	http.get("/cookies", () => {
		const headers = new Headers({ "x-seen": "yes" });
		headers.append("set-cookie", "a=1");
		headers.append("set-cookie", "b=2");
		return new HttpResponse(new Uint8Array([0xff, 0x00]), { headers });
	}),
];
