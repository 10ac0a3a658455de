import type { ListProps } from "./list.tsx";
import { hrefOf } from "./load.ts";
import { Links, Table } from "./parts.tsx";

/** What a provider does here, and how sure each fact about it is. */
export function Providers({ place, data: { providers = [] } }: ListProps) {
	const named = providers.find(({ id }) => id === place.provider);
	const provider = named ?? providers[0];
	if (provider === undefined) return null;
	const { id, title, url, operations, events, options } = provider;
	const { secrets, fidelity, notPlayed } = provider;
	return (
		<section aria-labelledby="provider">
			<h1 id="provider">{title}</h1>
			<Links
				label="Providers"
				at={id}
				to={providers.map(({ id, title }) => [
					...([id, title] as const),
					{ view: "providers", provider: id },
				])}
			/>
			<Table
				rows={[
					["Base URL", <code>{url}</code>],
					["Secrets", secrets.join(", ") || "none yet"],
				]}
			/>
			<a href={hrefOf({ view: "steer" })}>Show or change the secrets</a>
			<Table
				caption="Operations"
				rows={operations.map(({ id, method, path, summary }) => [
					id,
					<code>{`${method} ${path}`}</code>,
					summary,
				])}
			/>
			<Table
				caption="Events"
				rows={events.map(({ type, summary }) => [
					type,
					summary,
					<a href={hrefOf({ view: "send", provider: id, type })}>Send</a>,
				])}
			/>
			<Table
				caption="Options, as they are set"
				rows={options.map(({ name, value, values, summary }) => [
					`${name}=${value}`,
					summary,
					`one of ${values.join(", ")}`,
				])}
			/>
			<Table
				caption="How sure it is"
				columns={["Fact", "Mark", "Source"]}
				rows={fidelity.map(({ claim, mark, source }) => [
					claim,
					mark,
					/^https:/.test(source) ? <a href={source}>{source}</a> : source,
				])}
			/>
			{notPlayed.length > 0 && (
				<Table
					caption="Not played here"
					rows={notPlayed.map(({ what, why }) => [what, why])}
				/>
			)}
		</section>
	);
}
