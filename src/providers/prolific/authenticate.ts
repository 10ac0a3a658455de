import type { Failure } from "../../contract/failure.ts";
import type {
	Caller,
	Context,
	ProviderRequest,
	UnsignedRequest,
} from "../../contract/operation.ts";
import { sameText } from "../../signing/same-text.ts";
import type { Prolific } from "./shape.ts";

export const credential = {
	form: "an API token, without the word Token in front of it",
	example: "k3Yt0nQ7-localhook",
	variables: (token: string) => ({ API_TOKEN: token }),
};

const howTo = 'send "Authorization: Token <your API token>"';

/** `Authorization: Token <value>`: https://docs.prolific.com/documentation/get-started/api-fundamentals */
export function authenticate(
	request: ProviderRequest,
	{ credentials }: Context<Prolific>,
): Caller | Failure {
	const header = request.headers.authorization;
	if (typeof header !== "string" || header === "") {
		return unauthenticated(`the Authorization header is missing; ${howTo}`);
	}
	const token = /^Token (\S+)$/.exec(header)?.[1];
	if (token === undefined) {
		return unauthenticated(
			`the Authorization header starts with "${header.split(" ", 1)[0]}" or has no token; ${howTo}`,
		);
	}
	if (
		credentials.length > 0 &&
		!credentials.some((known) => sameText(known, token))
	) {
		return unauthenticated(
			"the token is none of those that localhook was started with; use one of its credentials",
		);
	}
	return { key: token };
}

export function authorize(
	_request: UnsignedRequest,
	token: string,
): Record<string, string> {
	return { authorization: `Token ${token}` };
}

/** What is wrong with a token that a user wants to pin; undefined: nothing. */
export function checkCredential(value: string): string | undefined {
	if (value === "") return "it is empty";
	if (/^Token\s/.test(value))
		return "it starts with the word Token, which is not part of the token";
	return /\s/.test(value) ? "it contains white space" : undefined;
}

function unauthenticated(reason: string): Failure {
	return { kind: "unauthenticated", reason };
}
