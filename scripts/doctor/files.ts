/** Files that are written whole or not at all. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { CommandError } from "../command/failure";
import { messageOf } from "../local/user-error";

/** @throws CommandError naming the file. */
export function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    const reason = messageOf(error);
    throw new CommandError(
      { en: `${file} could not be written: ${reason}`, fr: `${file} n'a pas pu être écrit : ${reason}` },
      "input",
      { cause: error },
    );
  }
}
