/** What failed as annotations of GitHub Actions: commands on standard output that the runner reads. */
import type { ReportedCase } from "./reported.ts";

export function githubReport(outcomes: readonly ReportedCase[]): string {
  return outcomes
    .filter(({ verdict }) => verdict !== "holds")
    .map(({ details, name, says, verdict }) => {
      const title = verdict === "none" ? `no verdict on ${name}` : `${name} is violated`;
      const text = details === "" ? says : details.trimEnd();
      return `::${verdict === "none" ? "warning" : "error"} title=${escaped(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${escaped(text)}\n`;
    })
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
