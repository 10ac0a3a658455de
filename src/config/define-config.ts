import type { Config } from "./settings.ts";

/**
 * Types a `localhook.config.ts`; it adds nothing at run time.
 *
 * @example
 * export default defineConfig({ providers: ["prolific"], receiver: "http://127.0.0.1:3000/hooks" })
 */
export function defineConfig(config: Config): Config {
	return config;
}
