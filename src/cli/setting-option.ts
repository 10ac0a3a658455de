import { Option } from "commander";

/** A flag of a setting: what its variable says is read with the configuration, and its help names it. */
export class SettingOption extends Option {}
