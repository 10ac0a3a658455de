/**
 * Answers what the bench that started this process asks it, see `child.js`.
 *
 * @param {Record<string, (argument: any) => unknown>} answers by name; names unknown here are left to others
 */
export function answerAsks(answers) {
	process.on("message", async (/** @type {any} */ { id, name, argument }) => {
		if (!Object.hasOwn(answers, name)) return;
		try {
			const value = await answers[name](argument);
			process.send?.({ id, value });
		} catch (error) {
			process.send?.({ id, error: String(error) });
		}
	});
}
