/** `leasehold completion`: a script for a shell, written from the table of commands. */
import type { Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import { EXIT } from "../base/exit-codes.ts";
import { choice } from "../base/options.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

const EXAMPLES = `
Examples:
  eval "$(leasehold completion bash)"                                        for this shell
  leasehold completion zsh > ~/.zfunc/_leasehold                             on your fpath
  leasehold completion fish > ~/.config/fish/completions/leasehold.fish
`;

export function addCompletionCommand(program: Command, { finish, terminal }: CommandHost): void {
  program
    .command("completion")
    .description("Print what makes a shell complete the command's words.")
    .argument("<shell>", `one of ${SHELLS.join(", ")}`, choice(SHELLS))
    .addHelpText("after", EXAMPLES)
    .action(async (shell: Shell) => {
      const { completionFor } = await import("./completion.ts");
      (await terminal()).out(completionFor(shell, program));
      finish(EXIT.holds);
    });
}
