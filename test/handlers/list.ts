import { HttpResponse, http } from "msw";

interface Answer {
	readonly overridden: string;
}

export const handlers = [
	http.get("https://api.prolific.com/api/v1/hooks/event-types/", () =>
		HttpResponse.json<Answer>({ overridden: "event types" }),
	),
	http.post(
		"https://api.prolific.com/api/v1/hooks/secrets/",
		async ({ request }) => {
			const body = await request.clone().text();
			if (body.includes("mine"))
				return HttpResponse.json<Answer>({ overridden: body }, { status: 299 });
			return undefined;
		},
	),
];
