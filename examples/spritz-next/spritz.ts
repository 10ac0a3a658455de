import { SpritzApiClient } from "@spritz-finance/api-client";

// #region connect
/** Lets Spritz call this application: once, when it is set up. */
export async function connect(url: string): Promise<void> {
	const { SPRITZ_INTEGRATOR_KEY, SPRITZ_API_SECRET, SPRITZ_WEBHOOK_SECRET } =
		process.env;
	const client = SpritzApiClient.initialize({
		integrationKey: SPRITZ_INTEGRATOR_KEY ?? "",
		integratorSecret: SPRITZ_API_SECRET ?? "",
	});
	await client.webhook.updateWebhookSecret(SPRITZ_WEBHOOK_SECRET ?? "");
	await client.webhook.create({ url, events: ["*"] });
}
// #endregion
