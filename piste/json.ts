/** @returns undefined if the text is not JSON; drops the parser's error, which quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members of an object or a list; undefined for any other value. */
export function membersOf(json: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
}

/** True if an error may hold the input: JSON and schema errors quote it, errors of Node's HTTP parser keep its bytes. */
const quotesWhatWasRead = (error: object): boolean =>
  ("name" in error && (error.name === "SyntaxError" || error.name === "ValiError")) || "rawPacket" in error;

/** @returns the error, or a replacement if it may quote the input, which may be a secret. */
export function withoutQuotes(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !quotesWhatWasRead(error)) return error;
  const { name, code, stack = "" } = error as NodeJS.ErrnoException;
  const own = new Error("what was read is not of the expected form");
  const frames = stack.split("\n").filter((line) => /^ +at /.test(line));
  return Object.assign(own, { name, stack: [`${name}: ${own.message}`, ...frames].join("\n") }, code && { code });
}
