/** Downloads programs once and keeps them. The SHA-256 of each archive is pinned. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { arch, platform } from "node:os";
import * as path from "node:path";
import { CommandError } from "../../cli/command/failure";
import { messageOf } from "../../piste/user-error";

const TIMEOUT_IN_MILLISECONDS = 300_000;

/** The system, as HashiCorp names it. */
export function platformName(): string {
  return `${platform()}_${arch() === "x64" ? "amd64" : arch()}`;
}

/** @throws CommandError naming the address, when the download fails or is not the pinned file. */
export async function download(address: string, expected: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_IN_MILLISECONDS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    bytes = new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    const text = {
      en: `${address} could not be downloaded (${reason}).`,
      fr: `${address} n'a pas pu être téléchargé (${reason}).`,
    };
    throw new CommandError(text, "operator", { cause: error });
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== expected) {
    throw new CommandError(
      {
        en: `${address} is not the expected file: its SHA-256 is ${sha256}, not ${expected}. It was not used; perhaps a proxy changed it.`,
        fr: `${address} n'est pas le fichier attendu : son SHA-256 est ${sha256} et non ${expected}. Il n'a pas été utilisé ; un proxy l'a peut-être modifié.`,
      },
      "operator",
    );
  }
  return bytes;
}

/** Writes the program atomically. */
export function keepProgram(file: string, program: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, program);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, file);
}
