import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { onTestFinished } from "vitest";

export interface StreamedEvent {
	readonly id: string;
	readonly event: string;
	// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
	readonly data: any;
}

export interface EventStream {
	readonly response: IncomingMessage;
	/** The next so many events. */
	take(count: number): Promise<StreamedEvent[]>;
	close(): void;
}

/** Server-sent events over a socket of their own; nothing is read until somebody takes. */
export async function openEventStream(
	url: string,
	headers: Record<string, string> = {},
	check: (data: unknown) => void = () => {},
): Promise<EventStream> {
	const sent = request(url, { headers, agent: false }).end();
	onTestFinished(() => void sent.destroy());
	const [response] = (await once(sent, "response")) as [IncomingMessage];
	const events = read(response, check);
	return {
		response,
		async take(count) {
			const taken: StreamedEvent[] = [];
			while (taken.length < count) {
				const { value, done } = await events.next();
				if (done) throw new Error(`The stream ended after ${taken.length}`);
				taken.push(value);
			}
			return taken;
		},
		close: () => void sent.destroy(),
	};
}

async function* read(
	response: IncomingMessage,
	check: (data: unknown) => void,
): AsyncGenerator<StreamedEvent> {
	let text = "";
	response.setEncoding("utf8");
	for await (const chunk of response) {
		text += chunk;
		const blocks = text.split("\n\n");
		text = blocks.pop() as string;
		for (const block of blocks) {
			if (block.startsWith(":")) continue;
			const [, id = "", event = "", data = ""] =
				/^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
			const entry = JSON.parse(data);
			check(entry);
			yield { id, event, data: entry };
		}
	}
}
