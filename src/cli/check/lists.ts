/** `leasehold check --list` and `--list-variants`: what there is to check, for people and as JSON. */
import { variants } from "../../../models/variants.ts";
import { catalogue } from "../../../properties/catalogue.ts";
import { reruns } from "../../../properties/reruns.ts";
import { jsonDocument } from "../base/json.ts";

export function listProperties(json: boolean): string {
  if (json)
    return jsonDocument("properties", { properties: [...catalogue.map(judged), ...reruns.map(rerun)] });
  const texts = [...catalogue.map(judged), ...reruns.map(rerun)].map((property) =>
    [
      property.property,
      `  ${property.guarantee}`,
      ...(property.assumes === undefined ? [] : [`  assumes:   ${property.assumes.join("; ") || "nothing"}`]),
      `  kills:     ${property.kills.join(", ")}`,
      ...(property.witnesses === undefined ? [] : [`  witnesses: ${property.witnesses.join("; ")}`]),
    ].join("\n"),
  );
  return `${texts.join("\n\n")}\n`;
}

interface Listed {
  readonly property: string;
  readonly guarantee: string;
  readonly assumes?: readonly string[];
  readonly kills: readonly string[];
  /** Of its violations. */
  readonly kinds: readonly string[];
  readonly witnesses?: readonly string[];
}

function judged({ assumes, guarantee, kills, kinds, name, witnesses }: (typeof catalogue)[number]): Listed {
  return {
    property: name,
    guarantee,
    assumes: assumes.map(({ says }) => says),
    kills,
    kinds: Object.keys(kinds),
    witnesses: witnesses.map(({ says }) => says),
  };
}

function rerun({ guarantee, kills, kinds, name }: (typeof reruns)[number]): Listed {
  return { property: name, guarantee, kills, kinds: Object.keys(kinds) };
}

export function listVariants(json: boolean): string {
  if (json)
    return jsonDocument("variants", {
      variants: variants.map(({ name, summary }) => ({ variant: name, summary })),
    });
  const width = Math.max(...variants.map(({ name }) => name.length));
  return variants.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join("");
}
