/**
 * Writes the commands' output. Texts from AWS, PISTE, a description or a pipe become part of it: none may move the cursor,
 * change colours or disguise the output.
 */
import { inspect } from "node:util";
import { withoutQuotes } from "../../piste/json";
import { printable, printableJson } from "../../piste/printable";
import { inLines, textWidth } from "./wrap";

/** Writes the result to standard output. */
export function give(text: string): void {
  giveStyled(printable(text));
}

/** Sentences: wrapped for a terminal, each on one line for a pipe. */
export function giveWrapped(text: string): void {
  give(wrappedFor(process.stdout, text));
}

let jsonIsGiven = false;

/** Writes the only document for programs. */
export function giveJson(value: object, giveText = giveStyled): void {
  jsonIsGiven = true;
  giveText(printableJson(value, 2));
}

/** Called when a command begins. */
export function awaitJson(): void {
  jsonIsGiven = false;
}

/** True with `--json`, until the document is written. */
export const isJsonAwaited = (): boolean => !jsonIsGiven && process.argv.includes("--json");

/** For a command that must restore something: a closed pipe does not end it. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/** Text with our colours: the caller has removed all other control characters. */
export function giveStyled(text: string): void {
  console.log(text);
}

/** Writes a message to standard error. */
export function say(text: string): void {
  console.error(printable(text));
}

/** Sentences, as {@link giveWrapped} lays them out. */
export function sayWrapped(text: string): void {
  say(wrappedFor(process.stderr, text));
}

export function wrappedFor(stream: Parameters<typeof textWidth>[0], text: string): string {
  return inLines(printable(text), textWidth(stream));
}

/** With PISTE_DEBUG=1, shows the error with its causes. @returns whether PISTE_DEBUG is set. */
export function sayWhole(error: unknown): boolean {
  if (!process.env["PISTE_DEBUG"]) return false;
  const shown = withoutQuotes(error);
  for (let each = shown; each instanceof Error; each = each.cause) each.cause &&= withoutQuotes(each.cause);
  say(inspect(shown));
  return true;
}
