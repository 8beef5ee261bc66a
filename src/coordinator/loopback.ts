/** Where the HTTP API may listen. It has no authentication, so it is for this machine alone. */

/** The address if it is one of the loopback, else undefined. */
function loopback(given: string): string | undefined {
  return given === "localhost" || given === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(given) ? given : undefined;
}

export const LOOPBACK = {
  read: loopback,
  expects: "a loopback address of this machine, such as 127.0.0.1",
  remedy: "the catalogue API has no authentication, so it cannot be opened to other machines",
} as const;
