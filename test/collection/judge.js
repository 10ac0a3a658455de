/**
 * A receiver of collection.yaml.
 *
 * @typedef {object} Receiver
 * @property {string} file
 * @property {string} framework
 * @property {string} scheme a provider's id, or the name of a preset
 * @property {"first" | "second"} half
 * @property {true} [right]
 * @property {Record<string, string>} [remark]
 * @property {string} [mistake]
 * @property {string[]} [expect]
 * @property {string[]} [also]
 * @property {string[]} [group]
 * @property {Record<string, string>} [env]
 *
 * @typedef {object} Result of one check, or the cause that was found
 * @property {string} id
 * @property {string} outcome
 * @property {string} sure
 * @property {string[]} [among] the causes that it may be
 *
 * @typedef {"passed" | "remarked" | "exact" | "group" | "missed" | "wrong"} Mark
 */

/**
 * What a report is worth: a right receiver "passed" or was "remarked" upon; a mistake was named, "exact" or as a "group"
 * that holds it, or "missed", or something else was named as certain, which is "wrong".
 *
 * @param {Receiver} receiver
 * @param {readonly Result[]} results
 * @returns {{ mark: Mark, told: string[] }} and all that the report complains of
 */
export function judge(receiver, results) {
	const { expect = [], also = [], group = [], remark = {} } = receiver;
	const complaints = results.filter(({ outcome }) => /fail|warn/.test(outcome));
	const told = complaints.map(({ id, sure }) =>
		sure === "certain" ? id : `${id}?`,
	);
	if (receiver.right) {
		const isFine = complaints.every(({ id }) => id in remark);
		return { mark: isFine ? "passed" : "remarked", told };
	}
	// That a right delivery is refused is what is to be explained.
	const named = complaints.filter(({ id }) => id !== "reach");
	const known = [...expect, ...also, ...group, ...Object.keys(remark)];
	const isExact = ({ id, sure }) =>
		expect.includes(id) && (sure === "certain" || isOnlyCause(named));
	const isStrange = ({ id, sure }) => sure === "certain" && !known.includes(id);
	if (named.some(isStrange)) return { mark: "wrong", told };
	if (named.some(isExact)) return { mark: "exact", told };
	const isHeld = named
		.flatMap(({ id, among = [] }) => [id, ...among])
		.some((id) => [...expect, ...group].includes(id));
	return { mark: isHeld ? "group" : "missed", told };
}

/** @param {readonly Result[]} named */
function isOnlyCause(named) {
	return named.filter(({ id }) => id.startsWith("cause.")).length === 1;
}
