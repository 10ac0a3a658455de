import { Argument, type Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { completionScripts } from "../completion-scripts.ts";

export function completion(command: Command, { io }: CommandContext): void {
	command
		.addArgument(
			new Argument("<shell>", "which one").choices(
				Object.keys(completionScripts),
			),
		)
		.addHelpText("after", examples)
		.action((shell: keyof typeof completionScripts) => {
			io.stdout.write(completionScripts[shell]);
		});
}

const examples = `
Examples:
  $ echo 'source <(localhook completion bash)' >> ~/.bashrc
  $ echo 'source <(localhook completion zsh)' >> ~/.zshrc       after compinit
  $ localhook completion fish > ~/.config/fish/completions/localhook.fish
`;
