/** What others on the network can do, said once when the server listens beyond loopback. */
export function exposureWarning(
	host: string,
	openProviders: readonly string[],
): string {
	const open =
		openProviders.length === 0
			? "The providers' APIs take the credentials that were given."
			: `The APIs of ${openProviders.join(", ")} take any well-formed credential, and whoever has one can have ` +
				"deliveries sent to this machine: pin one with --credential.";
	return (
		`With --host ${host}, other machines reach localhook too, unencrypted. The control API and the front page want the token. ` +
		`${open} The built-in receiver takes deliveries from everybody.`
	);
}
