import { expect, onTestFinished, test } from "vitest";
import { callerOf, startEngine, startOfTest } from "../support/engine.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

async function spritz() {
	const { engine } = await startEngine("spritz");
	onTestFinished(() => engine.close());
	return callerOf(engine, "spritz", {
		"x-integrator-key": "int_abc123",
		"x-signature": `sha256=${"0".repeat(64)}`,
		"x-timestamp": String(startOfTest),
	});
}

test("a single form field stands for a list of one", async () => {
	const call = await spritz();

	const { status, body } = await call(
		"POST",
		"/v1/integrator/webhooks",
		"url=http%3A%2F%2F127.0.0.1%3A9%2F&events=*",
		form,
	);

	expect(status).toBe(200);
	expect(body.events).toEqual(["*"]);
});

test("a number in a form is read as one", async () => {
	const call = await spritz();

	const { status, body } = await call(
		"POST",
		"/v1/integrator/regenerate-secret",
		"oldSecretValidForSeconds=300",
		form,
	);

	expect(status).toBe(200);
	expect(body.oldSecretExpiresAt).toBe(
		new Date(startOfTest + 300_000).toISOString(),
	);
});

test("a form field that does not fit is refused all the same", async () => {
	const call = await spritz();

	const { status, body } = await call(
		"POST",
		"/v1/integrator/regenerate-secret",
		"oldSecretValidForSeconds=soon",
		form,
	);

	expect(status).toBe(400);
	expect(body.errors[0].field).toBe("oldSecretValidForSeconds");
});

test("multipart fields are read as those of any form", async () => {
	const call = await spritz();
	const part = (name: string, value: string) =>
		`--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
	const body = `${part("url", "http://127.0.0.1:9/")}${part("events", "payment.created")}${part("events", "*")}--b--\r\n`;

	const answer = await call("POST", "/v1/integrator/webhooks", body, {
		"content-type": "multipart/form-data; boundary=b",
	});

	expect(answer.status).toBe(200);
	expect(answer.body.events).toEqual(["payment.created", "*"]);
});

test.each([
	["urlencoded", form["content-type"], "events=*&".repeat(1001)],
	[
		"multipart",
		"multipart/form-data; boundary=b",
		`${'--b\r\ncontent-disposition: form-data; name="events"\r\n\r\n*\r\n'.repeat(1001)}--b--\r\n`,
	],
	[
		"multipart with a quoted boundary",
		'multipart/form-data; boundary="b c"',
		`${'--b c\r\ncontent-disposition: form-data; name="events"\r\n\r\n*\r\n'.repeat(1001)}--b c--\r\n`,
	],
])("a %s form of very many fields is refused", async (_, type, body) => {
	const call = await spritz();

	const answer = await call("POST", "/v1/integrator/webhooks", body, {
		"content-type": type,
	});

	expect(answer.status).toBe(400);
	expect(JSON.stringify(answer.body)).toContain("more than 1000 fields");
});

test("a broken multipart body is refused in the provider's words", async () => {
	const call = await spritz();

	const answer = await call("POST", "/v1/integrator/webhooks", "nothing", {
		"content-type": "multipart/form-data",
	});

	expect(answer.status).toBe(400);
	expect(answer.headers["content-type"]).toBe("application/problem+json");
});
