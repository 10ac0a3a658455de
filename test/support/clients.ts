import axios from "axios";
import type { Answer, Caller } from "./engine.ts";
import { exchange } from "./http.ts";

/** What a library made of the answer. */
interface Taken {
	readonly status: number;
	readonly headers: Record<string, string>;
	readonly text: string;
}

type Send = (
	url: string,
	method: string,
	headers: Record<string, string>,
	body: string | undefined,
) => Promise<Taken>;

/** The libraries that code under test calls an API with. */
export const clients: Record<"fetch" | "axios" | "node:http", Send> = {
	async fetch(url, method, headers, body) {
		const response = await fetch(url, {
			method,
			headers,
			...(body !== undefined && { body }),
		});
		return {
			status: response.status,
			headers: Object.fromEntries(response.headers),
			text: await response.text(),
		};
	},
	async axios(url, method, headers, body) {
		const response = await axios.request<string>({
			url,
			method,
			headers,
			data: body,
			validateStatus: () => true,
			transformRequest: (data) => data,
			transformResponse: (data) => data,
		});
		return {
			status: response.status,
			headers: Object.fromEntries(
				Object.entries(response.headers).map(([name, value]) => [
					name,
					String(value),
				]),
			),
			text: response.data,
		};
	},
	async "node:http"(url, method, headers, body) {
		const { origin } = new URL(url);
		const answer = await exchange(
			origin,
			method,
			url.slice(origin.length),
			headers,
			body,
		);
		return {
			...answer,
			headers: Object.fromEntries(
				Object.entries(answer.headers).map(([name, value]) => [
					name,
					String(value),
				]),
			),
		};
	},
};

/** Calls a provider's API through a library, with headers that every call carries. */
export function clientCaller(
	send: Send,
	base: string,
	always: Record<string, string> = {},
): Caller {
	return async (method, path, body, headers = {}): Promise<Answer> => {
		const text =
			body === undefined || typeof body === "string"
				? body
				: JSON.stringify(body);
		const type: Record<string, string> =
			body === undefined ? {} : { "content-type": "application/json" };
		const taken = await send(
			`${base}${path}`,
			method,
			{ ...type, ...always, ...headers },
			text,
		);
		return {
			status: taken.status,
			headers: taken.headers,
			body: taken.text === "" ? undefined : JSON.parse(taken.text),
			reply: {
				status: taken.status,
				headers: taken.headers,
				body: taken.text,
			},
		};
	};
}
