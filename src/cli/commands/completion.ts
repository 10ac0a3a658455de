import type { Command } from "commander";
import { commandLine } from "../../generated/command-line.ts";
import type { CommandContext } from "../io.ts";
import { describe } from "../options.ts";

export function completion(command: Command, { io }: CommandContext): void {
	describe(command, commandLine.commands.completion).action(
		(shell: keyof typeof completionScripts) => {
			io.stdout.write(completionScripts[shell]);
		},
	);
}

/**
 * What each shell runs. All of them ask `localhook complete -- <words>`, which prints a candidate a line, and complete
 * file names where there is none. Bash 3.2, which macOS has, knows no `mapfile`.
 */
const completionScripts = {
	bash: `_localhook() {
	COMPREPLY=()
	local word
	while IFS= read -r word; do
		COMPREPLY+=("$word")
	done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	[[ \${COMPREPLY[0]} != *[:=] ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _localhook localhook
`,
	zsh: `#compdef localhook
_localhook() {
	local -a found
	found=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ \${found[1]} == *[:=] ]]; then
		compadd -S '' -a found
	elif [[ -n \${found[1]} ]]; then
		compadd -a found
	else
		_files
	fi
}
if [[ \${funcstack[1]} == _localhook ]]; then
	_localhook "$@"
else
	compdef _localhook localhook
fi
`,
	fish: `function __localhook_complete
	set -l found (localhook complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
	if test (count $found) -gt 0
		printf '%s\\n' $found
	else
		__fish_complete_path (commandline -ct)
	end
end
complete -c localhook -f -a '(__localhook_complete)'
`,
} as const;

export function complete(command: Command, context: CommandContext): void {
	describe(command, commandLine.commands.complete).action(
		async (typed: string[]) => {
			// Only now, since it brings the providers.
			const { candidates } = await import("../candidates.ts");
			// Bash takes `=` and `:` for the end of a word: `--sign=none` and `state:failed` arrive as three.
			const words = typed
				.join("\0")
				.replace(/\0([=:])(?:\0|$)/g, "$1")
				.split("\0");
			const last = words.at(-1) ?? "";
			const isCut = typed.slice(-2).some((word) => /^[=:]$/.test(word));
			// What Bash does not ask for.
			const known = isCut ? last.replace(/[^=:]*$/, "") : "";
			// The value of a flag goes on in the flag's own word.
			const [, flag, value = ""] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
			if (flag !== undefined) words.splice(-1, 1, flag, value);
			const program = await context.program(words);
			for (const word of await candidates(program, words, context.io.env)) {
				const whole = flag === undefined ? word : `${flag}=${word}`;
				context.io.stdout.write(`${whole.slice(known.length)}\n`);
			}
		},
	);
}
