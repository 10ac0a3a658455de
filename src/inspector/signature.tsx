import { useContext, useState } from "preact/hooks";
import { Exact, textOf } from "./bytes.tsx";
import type { Delivery } from "./load.ts";
import { LiveContext } from "./parts.tsx";

interface Shown {
	readonly delivery: Delivery;
}

/** What was signed, in its parts, and how: enough to compute it again by hand. */
export function Signatures({
	delivery: { id, signatures = [], bodyBase64 },
}: Shown) {
	const live = useContext(LiveContext);
	const [shown, setShown] = useState(signatures);
	async function reveal({ api }: NonNullable<typeof live>): Promise<void> {
		const query = { reveal: true };
		const whole = await api("get-delivery", { params: { id }, query });
		setShown(whole.signatures ?? []);
	}
	return (
		<>
			{shown.length === 0 && (
				<p>There is no signature yet, or none that other tools can compute.</p>
			)}
			{shown.map(({ header, algorithm, encoding, fingerprint, ...each }) => (
				<div key={fingerprint}>
					<h2>
						{header}: {algorithm} in {encoding}, secret {fingerprint}
					</h2>
					{!each.sent && (
						<p class="problem">
							The attempt had another one. The secret was changed since, or it
							was signed wrongly on purpose.
						</p>
					)}
					<p>
						{each.bytes} bytes are signed:{" "}
						{each.parts
							.map(({ name, base64 }) => name ?? `"${textOf(base64)}"`)
							.join(", then ")}
					</p>
					<Exact>
						{each.parts.map(({ name, base64 }) =>
							name ? (
								<mark title={name}>{textOf(base64)}</mark>
							) : (
								textOf(base64)
							),
						)}
					</Exact>
					{each.openssl ? (
						<Exact>{each.openssl}</Exact>
					) : (
						live && (
							<button type="button" onClick={() => reveal(live)}>
								Show the openssl line, with the secret
							</button>
						)
					)}
				</div>
			))}
			{rewrittenView(textOf(bodyBase64))}
		</>
	);
}

/** The commonest mistake of all: hashing what was parsed. */
function rewrittenView(sent: string) {
	let other: string;
	// Bytes that are no UTF-8 cannot be compared as text.
	if (sent.includes("\ufffd")) return null;
	try {
		other = JSON.stringify(JSON.parse(sent));
	} catch {
		return null;
	}
	if (other === sent)
		return <p>This body survives being parsed and written.</p>;
	let at = 0;
	while (sent[at] === other[at]) at++;
	const around = (text: string) => (
		<>
			{text.slice(Math.max(0, at - 30), at)}
			<mark>{text.slice(at, at + 60)}</mark>
			{"\n"}
		</>
	);
	return (
		<>
			<h2>A receiver that hashes the parsed body refuses this one</h2>
			<p>Verify the raw bytes. Sent, and then written by JSON.stringify:</p>
			<Exact>
				{around(sent)}
				{around(other)}
			</Exact>
		</>
	);
}
