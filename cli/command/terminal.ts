/**
 * All that the commands write. What AWS, PISTE, a description or a pipe hands over becomes part of it: none of that may
 * move a cursor, colour a line or show something else than is there, on a terminal or in whatever log it is piped to.
 */
import { inspect } from "node:util";
import { withoutQuotes } from "../../piste/json";
import { printable, printableJson } from "../../piste/printable";
import { inLines, textWidth } from "./wrap";

/** Writes the result to standard output. */
export function give(text: string): void {
  giveStyled(printable(text));
}

/** Sentences: in lines that fit on a terminal, and each on one line for whatever reads a pipe. */
export function giveWrapped(text: string): void {
  give(wrappedFor(process.stdout, text));
}

let jsonIsGiven = false;

/** For programs: one document, which nothing follows. */
export function giveJson(value: object, giveText = giveStyled): void {
  jsonIsGiven = true;
  giveText(printableJson(value, 2));
}

/** Of a command that begins. */
export function awaitJson(): void {
  jsonIsGiven = false;
}

/** Whether a program waits for a document that it has not got. */
export const isJsonAwaited = (): boolean => !jsonIsGiven && process.argv.includes("--json");

/** For a command that has to put something back: that nobody reads what it says any more does not end it. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/** With colours of our own: whoever puts them in has taken out what is not ours. */
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

/** What was thrown, with its causes, for whoever asks with PISTE_DEBUG=1. @returns whether anybody did. */
export function sayWhole(error: unknown): boolean {
  if (!process.env["PISTE_DEBUG"]) return false;
  const shown = withoutQuotes(error);
  for (let each = shown; each instanceof Error; each = each.cause) each.cause &&= withoutQuotes(each.cause);
  say(inspect(shown));
  return true;
}
