export {
	type MswHandlers,
	type MswLocalhook,
	type MswOptions,
	setupLocalhook,
} from "./setup.ts";
