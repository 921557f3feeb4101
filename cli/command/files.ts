/** Writes files whole or not at all. */
import { randomUUID } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import type { Text } from "../../piste/language";
import { CommandError, textOf } from "./failure";

/** The end of a sentence, by the code of Node's error. */
const REASONS: Readonly<Record<string, Text>> = {
  ENOENT: { en: "the folder does not exist", fr: "le dossier n'existe pas" },
  ENOTDIR: { en: "the named folder is not a folder", fr: "le dossier indiqué n'est pas un dossier" },
  EISDIR: { en: "it is a folder", fr: "c'est un dossier" },
  EACCES: { en: "you may not write there", fr: "vous n'avez pas le droit d'y écrire" },
  EPERM: { en: "you may not write there", fr: "vous n'avez pas le droit d'y écrire" },
  EROFS: { en: "nothing can be written on that file system", fr: "rien ne peut être écrit sur ce système de fichiers" },
  ENOSPC: { en: "the disk is full", fr: "le disque est plein" },
};

/** The reason why a file could not be written. */
export function writeFailure(error: unknown): Text {
  if (error instanceof OthersLinkError) {
    return { en: "it is another user's link", fr: "c'est le lien d'un autre utilisateur" };
  }
  return REASONS[(error as NodeJS.ErrnoException | undefined)?.code ?? ""] ?? textOf(error);
}

/**
 * Writes a temporary file beside it first, so that readers see either the old content or the new. Follows links.
 *
 * @returns its absolute path.
 * @throws CommandError naming the file, the reason and the next step.
 */
export function writeWhole(file: string, content: string | Uint8Array): string {
  return at(file, (place) => {
    writeAt(place, content);
  });
}

/** Checks the folder before work that takes minutes. @throws CommandError as {@link writeWhole} would. */
export function checkFolder(file: string): void {
  at(file, (place) => {
    accessSync(path.dirname(place), constants.W_OK);
  });
}

function at(file: string, act: (place: string) => void): string {
  const place = path.resolve(file);
  try {
    act(place);
    return place;
  } catch (error) {
    const reason = writeFailure(error);
    throw new CommandError(
      {
        en: `${place} could not be written: ${reason.en}. Name another file, or fix this, and try again.`,
        fr: `${place} n'a pas pu être écrit : ${reason.fr}. Indiquez un autre fichier, ou corrigez cela, puis réessayez.`,
      },
      "operator",
      { cause: error, code: "file-not-written" },
    );
  }
}

const PRIVATE = 0o600;
/** Without setuid and setgid. */
const PERMISSIONS = 0o777;
const ROOT = 0;

/** In a shared folder, another user's link may lead to one of your files. */
class OthersLinkError extends Error {}

/** Windows has no user ids. */
const isOwn = ({ uid }: { readonly uid: number }): boolean => process.getuid === undefined || process.getuid() === uid;

/** @throws OthersLinkError when it is a link that neither this user nor root has made. */
function isOwnLink(place: string): boolean {
  const found = lstatSync(place);
  if (!found.isSymbolicLink()) return false;
  if (isOwn(found) || found.uid === ROOT) return true;
  throw new OthersLinkError();
}

function writeAt(place: string, content: string | Uint8Array): void {
  const there = statSync(place, { throwIfNoEntry: false });
  const isLink = there !== undefined && isOwnLink(place);
  // A device or a pipe must not be replaced by a file.
  if (there !== undefined && !there.isFile()) {
    writeFileSync(place, content);
    return;
  }
  const target = isLink ? realpathSync(place) : place;
  // The name is random, and `wx` follows no link.
  const unfinished = `${target}.${randomUUID()}`;
  try {
    writeFileSync(unfinished, content, { flag: "wx", mode: PRIVATE });
    // The permissions of another user's file are not copied: it may be open to anybody.
    if (there !== undefined && isOwn(there)) chmodSync(unfinished, there.mode & PERMISSIONS);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
