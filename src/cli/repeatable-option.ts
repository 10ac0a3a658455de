import { Option } from "commander";

/** A flag that may be given several times, whose parser gathers the values; its variable holds several. */
export class RepeatableOption extends Option {}
