// What Bun and Deno serve, in this process.
import server from "./fetch-server.mjs";

export const frameworks = {
	"a server of Bun and Deno": () => server,
};
