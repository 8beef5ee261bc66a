/** What `--json` prints: one document that says what it is and which version of that. */

/** Counts up when whoever reads the old documents would misread the new ones. */
const SCHEMA_VERSION = 1;

/** The fields that every document begins with; `what` such as `check`. */
export function documentHead(what: string) {
  return { format: `leasehold-${what}`, schemaVersion: SCHEMA_VERSION };
}

/** The document's text. */
export function jsonDocument(what: string, body: object): string {
  return `${JSON.stringify({ ...documentHead(what), ...body }, undefined, 2)}\n`;
}
