/** Links of a Markdown document that point into the repository, so that a test can see whether they lead somewhere. */

/** Targets of relative links and images, without anchors, as written. Code is not searched. */
export function relativeLinks(markdown: string): string[] {
  const prose = markdown
    .replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2[`~]* *$/gmu, "")
    .replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/gu, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/gu)];
  const defined = [...prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/gmu)];
  return [...inline, ...defined]
    .map(([, target = ""]) => target)
    .filter((target) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/iu.test(target))
    .map((target) => decodeURIComponent(target.replace(/[#?].*$/u, "")));
}
