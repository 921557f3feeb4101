/** `npm start`, recorded: docs/images/npm-start.svg. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { DOCS, ROOT } from "../../local/folders";
import { drawRecording, endOf, type Recording } from "./drawing";
import { checkNothingPrivate, withoutFolders } from "./private";
import { record } from "./run";
import { screens } from "./screens";

export const RECORDING = path.join(DOCS, "images", "npm-start.svg");

/** Tall enough for all that is printed, so that nothing leaves the terminal. */
const SIZE = { columns: 104, rows: 90 };
/** The steps, and what came of them. */
const ROWS_SEEN = 36;
const PROMPT = "\u001b[2m$\u001b[22m npm start\r\n\r\n";

/** What npm runs for `npm start`, without npm's own lines, which say the version. */
function program(): [string, ...string[]] {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: { start: string };
  };
  const [, ...words] = scripts.start.split(" ");
  return [process.execPath, ...words];
}

/** @throws Error when the run failed, or when a line tells what it must not. */
export async function recordStart(): Promise<Recording> {
  const chunks = [{ at: 0, text: PROMPT }, ...(await record(program(), SIZE))];
  const shown = (await screens(chunks, SIZE)).map(({ at, rows }) => ({ at, rows: rows.map(withoutFolders) }));
  const recording = { screens: shown, columns: SIZE.columns };
  for (const { rows } of shown) checkNothingPrivate(endOf({ screens: [{ at: 0, rows }], columns: SIZE.columns }));
  return recording;
}

export async function writeRecording(): Promise<void> {
  console.log("Recording npm start (about half a minute) …");
  const recording = await recordStart();
  const description = `A recording of a terminal, played faster than it was. It ends with:\n${endOf(recording).join("\n")}`;
  writeFileSync(RECORDING, drawRecording(recording, { title: "npm start, recorded", description, height: ROWS_SEEN }));
  console.log("docs/images/npm-start.svg is written.");
}
