/** @returns undefined when the text is not JSON; the parser's own message, which quotes the text, goes no further. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members of an object, or of a list; undefined of everything else. */
export function membersOf(json: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
}
