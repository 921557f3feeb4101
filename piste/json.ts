/** @returns undefined when the text is not JSON; the parser's own message, which quotes the text, goes no further. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
