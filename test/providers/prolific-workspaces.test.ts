import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds, installedOf } from "../../src/catalog.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { type Installed, resolveOptions } from "../../src/engine/options.ts";
import { setupLocalhook } from "../../src/msw/setup.ts";
import { startServer } from "../../src/server/server.ts";
import { callerOf, defaultEventOf, startEngine } from "../support/engine.ts";
import { exchange } from "../support/http.ts";
import { runInProcess } from "../support/in-process.ts";
import type { ReceivedRequest, Receiver } from "../support/receiver.ts";
import { openReceiver } from "../support/running-acme.ts";

const change = "study.status.change";

interface Registered {
	readonly id: string;
	/** Whose the secret is: a workspace, a webhook. */
	readonly owner: string;
	readonly secret: string;
	readonly receiver: Receiver;
}

/** Registers a receiver under a secret of its own, which no other endpoint has. */
type Register = (
	engine: Engine,
	name: string,
	on?: boolean,
) => Promise<Registered>;

const prolific: Register = async (engine, workspace_id, on = true) => {
	const call = callerOf(engine, "prolific", { authorization: "Token any" });
	const receiver = await openReceiver();
	const path = "/api/v1/hooks/subscriptions/";
	const secret = await call("POST", "/api/v1/hooks/secrets/", { workspace_id });
	const wanted = { event_type: change, target_url: receiver.url, workspace_id };
	const { body, headers } = await call("POST", path, wanted);
	const token = { secret: headers["X-Hook-Secret"] };
	if (on) await call("POST", `${path}${body.id}/`, token);
	const { id } = body;
	return { id, owner: workspace_id, secret: secret.body.value, receiver };
};

function signedBy(
	id: string,
	{ headers, body }: ReceivedRequest,
	secret: string,
): boolean {
	const [{ provider }] = installedOf([id]) as [Installed];
	const signer = provider.signer(resolveOptions(provider, {}, false));
	return signer.verify({ headers, body, secrets: [secret] }).ok;
}

async function startTwo(
	provider: string,
	register: Register,
	options: Parameters<typeof startEngine>[1] = {},
) {
	const { engine } = await startEngine(provider, options);
	onTestFinished(() => engine.close());
	const one = await register(engine, "w1");
	const two = await register(engine, "w2");
	return { engine, one, two };
}

/** How many requests each receiver got. */
const counts = (...all: Registered[]) =>
	all.map(({ receiver }) => receiver.requests.length);

describe("a workspace of Prolific's", () => {
	it.each([
		{ workspaces: "all", request: {}, got: [1, 1] },
		{ workspaces: "all", request: { workspace: "w2" }, got: [0, 1] },
		{ workspaces: "first", request: {}, got: [1, 0] },
		{ workspaces: "first", request: { workspace: "w2" }, got: [0, 1] },
	])(
		"with workspaces=$workspaces and $request reaches $got",
		async ({ workspaces, request, got }) => {
			const { engine, one, two } = await startTwo("prolific", prolific, {
				options: { workspaces },
			});

			const { event } = engine.send("prolific", change, request);
			await engine.idle();

			expect(counts(one, two)).toEqual(got);
			expect(event.workspace).toBe(request.workspace);
			const ids = [one, two]
				.flatMap(({ receiver }) => receiver.requests)
				.map(({ headers }) => headers["x-event-id"]);
			expect(new Set(ids)).toEqual(new Set([event.id]));
		},
	);

	it("is the one of the endpoint that is named, also where only the first gets events", async () => {
		const { engine, one, two } = await startTwo("prolific", prolific, {
			options: { workspaces: "first" },
		});

		const { event } = engine.send("prolific", change, { endpoint: two.id });
		await engine.idle();

		expect(event.workspace).toBe("w2");
		expect(counts(one, two)).toEqual([0, 1]);
	});

	it("gives its secret to a URL that nobody registered", async () => {
		const { engine } = await startTwo("prolific", prolific);
		const { body } = await callerOf(engine, "prolific", {
			authorization: "Token any",
		})("GET", "/api/v1/hooks/secrets/?workspace_id=w2");
		const elsewhere = await openReceiver();

		const how = { workspace: "w2", to: elsewhere.url };
		const { deliveries } = engine.send("prolific", change, how);
		await engine.idle();
		engine.resend(deliveries[0]?.id as string, "resign");
		await engine.idle();

		expect(elsewhere.requests).toHaveLength(2);
		for (const request of elsewhere.requests)
			expect(signedBy("prolific", request, body.results[0].value)).toBe(true);
	});

	it.each([
		[
			{ workspace: "w3" },
			'Failed to send to the workspace "w3": prolific has no such workspace. Did you mean "w1" or "w2"? Choose one of w1, w2.',
		],
		[
			{ workspace: "w1", endpoint: "x" },
			'Failed to send to the endpoint "x": "endpoint" and "workspace" exclude each other. Give one of the two.',
		],
		[
			{ to: "http://127.0.0.1:9/", endpoint: "x" },
			'"endpoint" and "to" exclude each other',
		],
	])("is checked: %j", async (request, message) => {
		const { engine } = await startTwo("prolific", prolific);

		expect(() => engine.send("prolific", change, request)).toThrow(message);
	});

	it.each(builtInIds.filter((id) => id !== "prolific"))(
		"is nothing that %s has",
		async (provider) => {
			const { engine } = await startEngine(provider);
			onTestFinished(() => engine.close());
			const type = defaultEventOf(engine.session(provider).provider);

			expect(() => engine.send(provider, type, { workspace: "w1" })).toThrow(
				`Failed to send to the workspace "w1": ${provider} has no workspaces. Leave "workspace" out, or name an "endpoint".`,
			);
		},
	);

	it("is missing as long as no secret was created", async () => {
		const { engine } = await startEngine("prolific");
		onTestFinished(() => engine.close());

		expect(() => engine.send("prolific", change, { workspace: "w1" })).toThrow(
			"There is none yet: create a secret for one, or start with --receiver.",
		);
	});
});

describe("the ways in", () => {
	async function served() {
		const started = await startTwo("prolific", prolific);
		const server = await startServer({ engine: started.engine, port: 0 });
		onTestFinished(() => server.close());
		const post = async (path: string, body: object) => {
			const type = { "content-type": "application/json" };
			const { text } = await exchange(
				`${server.url}/_localhook`,
				"POST",
				path,
				type,
				JSON.stringify(body),
			);
			await started.engine.idle();
			return JSON.parse(text);
		};
		const cli = async (...words: string[]) => {
			const env = { LOCALHOOK_URL: server.url };
			const finished = await runInProcess(words, { env });
			await started.engine.idle();
			return finished;
		};
		return { ...started, post, cli };
	}
	const event = { provider: "prolific", type: change };

	it("take an endpoint and a workspace over HTTP", async () => {
		const { one, two, post } = await served();

		const sent = await post("/events", { ...event, workspace: "w2" });
		await post("/events", { ...event, endpoint: one.id });
		await post(`/deliveries/${sent.deliveries[0].id}/resend`, {
			...{ mode: "exact", endpoint: one.id },
		});

		expect(sent.event.workspace).toBe("w2");
		expect(counts(one, two)).toEqual([2, 1]);
	});

	it("say over HTTP why an address reached nobody", async () => {
		const { one, two, post } = await served();
		const other = { ...event, type: "study.progress.change" };

		const notes = [
			await post("/events", { ...other, endpoint: one.id }),
			await post("/events", { ...other, workspace: two.owner, dryRun: true }),
		].map(({ note }) => note);

		expect(notes).toEqual([
			`Nothing is sent. No endpoint of prolific gets study.progress.change: ${one.receiver.url} is registered for ${change}.`,
			`Nothing is sent. No endpoint of the workspace w2 gets study.progress.change: ${two.receiver.url} is registered for ${change}.`,
		]);
	});

	it("take an endpoint and a workspace on the command line", async () => {
		const { one, two, cli } = await served();

		await cli("send", "prolific", change, "--workspace", "w2");
		await cli("send", "prolific", change, "--endpoint", one.id);
		await cli("resend", "latest", "--resign", "--endpoint", two.id);
		const unknown = await cli("send", "prolific", change, "--endpoint", "nope");
		const both = await cli(
			...["send", "prolific", change, "--workspace", "w1"],
			...["--endpoint", one.id],
		);

		expect(counts(one, two)).toEqual([1, 2]);
		expect(unknown.code).not.toBe(0);
		expect(unknown.stderr).toContain(`There is ${one.id}, ${two.id}.`);
		expect(both.stderr).toContain(
			'"endpoint" and "workspace" exclude each other',
		);
	});

	it("take an endpoint and a workspace in TypeScript, and give each owner's secret", async () => {
		const hooks = setupLocalhook({ providers: ["prolific"] });
		onTestFinished(() => hooks.close());
		for (const workspace_id of ["w1", "w2"]) {
			await hooks.prolific.call("create-secret", { body: { workspace_id } });
			const { body, headers } = await hooks.prolific.subscriptions.create({
				event_type: change,
				target_url: `http://127.0.0.1:9/${workspace_id}`,
				workspace_id,
			});
			const { id = "" } = body as { id?: string };
			const secret = headers.get("x-hook-secret") ?? "";
			await hooks.prolific.subscriptions.confirm(id, { secret });
		}

		const { delivery } = hooks.prolific.send(change, {}, { workspace: "w2" });
		const { endpoint = "" } = hooks.prolific.send(change).deliveries[0] ?? {};
		const one = hooks.prolific.send(change, {}, { endpoint }).delivery;
		const again = delivery.resend("resign", { endpoint });

		expect(delivery.url).toMatch(/w2$/);
		expect(one.url).toMatch(/w1$/);
		expect(again.url).toMatch(/w1$/);
		expect(hooks.prolific.secret.of("w1")).toBe(hooks.prolific.secret.current);
		expect(hooks.prolific.secret.all).toContain(hooks.prolific.secret.of("w2"));
		expect(hooks.prolific.secret.of("w2")).not.toBe(
			hooks.prolific.secret.of("w1"),
		);
		expect(() => hooks.prolific.secret.of("w3")).toThrow(
			'Failed to find a secret of "w3": it has none at prolific. These have: w1, w2.',
		);
	});
});
