import { textOf } from "../bytes.ts";
import type { Attempt, AttemptResponse } from "../contract/records.ts";
import { answers } from "../generated/answers.ts";
import { printableLine, shortened } from "../printing.ts";
import type { Cause, Row } from "./advice.ts";

export interface Triage extends Pick<Row<"Answer">, "asks" | "alike"> {
	readonly cause: Cause;
	/** What the answer means, as it goes on from its status. */
	readonly says: string;
	readonly sentence: string;
	/** No other signature would change it, so the receiver need not be asked. */
	readonly certain: boolean;
	/** The answer tells it, and not just a status that may mean many things. */
	readonly isTold: boolean;
}

/** What of a page is looked at: patterns meet whatever a receiver answers. */
const looked = 8 * 1024;

export function pageOf({ body }: AttemptResponse): string {
	return textOf(body.subarray(0, looked));
}

type Answered = Pick<Attempt, "url" | "response">;

const longest = 200;

/** undefined: the answer is no more than a refusal. */
export function triage({ url, response }: Answered): Triage | undefined {
	if (response === undefined) return undefined;
	const { status, headers } = response;
	const answered = `It answered ${status} to POST ${pathOf(url)}`;
	const location = textIn(headers.location);
	if (status >= 300 && status < 400) {
		const says = `a redirect ${location === "" ? "without a Location" : `to ${shown(location)}`}`;
		const sentence = `${answered}, ${says}.`;
		return { cause: "redirect", says, sentence, certain: true, isTold: true };
	}
	const rule = (answers.answers as readonly Row<"Answer">[]).find((each) =>
		fits(each, response),
	);
	if (rule === undefined) return undefined;
	const details = detailsOf(response);
	const says = [rule.says, ...details].join("; ");
	const certain = rule.certain === true;
	const { body, header, asks, alike } = rule;
	const isBare = (body ?? header) === undefined && details.length === 0;
	return {
		cause: rule.cause,
		says,
		sentence: `${answered}: ${says}.`,
		certain,
		isTold: certain || !isBare,
		...(asks && { asks }),
		...(alike && { alike }),
	};
}

/** One line for people on why an attempt failed, as far as its answer says; undefined: it does not. */
export function saysForItself(attempt: Answered): string | undefined {
	const found = triage(attempt);
	return found?.isTold ? found.says : undefined;
}

/** The line of an error page that says what failed, wherever it is a page of an error. */
export function errorIn(response: AttemptResponse): string | undefined {
	const [line] = new RegExp(answers.errors).exec(pageOf(response)) ?? [];
	return line === undefined ? undefined : shown(line.trim());
}

function fits(
	{ status, body, header, value = "" }: Row<"Answer">,
	response: AttemptResponse,
): boolean {
	const code = response.status;
	const isStatus =
		typeof status === "string"
			? status === `${Math.floor(code / 100)}xx`
			: [status].flat().includes(code);
	if (!isStatus) return false;
	const field = textIn(header === undefined ? "" : response.headers[header]);
	return (
		(body === undefined || new RegExp(body, "i").test(pageOf(response))) &&
		(header === undefined || new RegExp(value, "i").test(field))
	);
}

function detailsOf(response: AttemptResponse): string[] {
	const said = ["allow", "retry-after", "www-authenticate"].flatMap((name) => {
		const value = textIn(response.headers[name]);
		return value === "" ? [] : [`${name}: ${shown(value)}`];
	});
	const error = response.status >= 400 ? errorIn(response) : undefined;
	return error === undefined ? said : [...said, `it says "${error}"`];
}

function textIn(value: string | string[] | undefined): string {
	return [value ?? ""].flat().join(", ");
}

function pathOf(url: string): string {
	const { pathname = url, search = "" } = URL.parse(url) ?? {};
	return shown(pathname + search);
}

function shown(text: string): string {
	return shortened(printableLine(text), longest);
}
