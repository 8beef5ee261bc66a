/** What the command's exit says to scripts; part of the interface, listed in docs/commands.md. */
export const EXIT = {
  holds: 0,
  violated: 1,
  usage: 2,
  noVerdict: 3,
  environment: 4,
  internal: 70,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** How a command ends; called once by the command that ran. */
export type Finish = (code: ExitCode) => void;
