/** What failed as annotations of GitHub Actions: commands on standard output that the runner reads. */
import type { ReportedCase } from "./reported.ts";

const ANNOTATIONS = {
  violated: { level: "error", title: (name: string) => `${name} is violated` },
  none: { level: "warning", title: (name: string) => `no verdict on ${name}` },
  untested: { level: "notice", title: (name: string) => `${name} was not tested` },
} as const;

export function githubReport(outcomes: readonly ReportedCase[]): string {
  return outcomes
    .flatMap(({ details, name, says, verdict }) => {
      if (verdict === "holds") return [];
      const { level, title: titled } = ANNOTATIONS[verdict];
      const title = titled(name);
      const text = details === "" ? says : details.trimEnd();
      return `::${level} title=${escaped(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${escaped(text)}\n`;
    })
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
