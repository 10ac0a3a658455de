/** Like a database connection that nobody closes: it keeps its process up. */
setInterval(() => {}, 60_000);

export const handlers = [];
