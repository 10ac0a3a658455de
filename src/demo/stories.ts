import { openformat } from "./stories/openformat.ts";
import { prolific } from "./stories/prolific.ts";
import { solvimon } from "./stories/solvimon.ts";
import { spritz } from "./stories/spritz.ts";
import type { Story } from "./story.ts";

/** Provider id to what it does in a demo. */
export const stories: Readonly<Record<string, Story>> = {
	openformat,
	prolific,
	solvimon,
	spritz,
};
