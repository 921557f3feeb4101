/** Shows an answer: a line about it, and its body without secrets. */
import { isUtf8 } from "node:buffer";
import { chorusProAccountHeader, type AccessToken } from "../../piste/credentials";
import { hide, type HttpAnswer, type HttpRequest } from "../../piste/http";
import type { Text } from "../../piste/language";
import { printable } from "../../piste/printable";
import type { ProbeAnswer } from "../../piste/probes";
import { writeWhole } from "../command/files";
import type { HeldAccount } from "./account";
import { indent, isJson } from "./json";
import { say, type Session } from "./session";

export function statusLine(
  { method, url }: HttpRequest,
  { status, contentType, wwwAuthenticate, failure }: ProbeAnswer,
  http: HttpAnswer | undefined,
  milliseconds: number,
  account: string | undefined,
): Text {
  const what = `${method} ${url.href}${account === undefined ? "" : `, ${account}`}`;
  const facts = [
    failure ?? String(status),
    ...(contentType === undefined ? [] : [contentType]),
    ...(wwwAuthenticate === undefined ? [] : [`WWW-Authenticate: ${wwwAuthenticate}`]),
    `${milliseconds} ms`,
  ].join(", ");
  const bytes = http && bodyOf(http).length;
  return {
    en: `${what}: ${facts}${bytes === undefined ? "" : `, ${bytes} bytes`}`,
    fr: `${what} : ${facts}${bytes === undefined ? "" : `, ${bytes} octets`}`,
  };
}

/** Shorter secrets could match ordinary data. */
const SHORTEST_SECRET = 8;

/** Hides the secrets of the call in a text: an answer might repeat them. */
export function hider(token: AccessToken, account: HeldAccount | undefined): (text: string) => string {
  const secrets = [
    token.access_token,
    ...(account === undefined ? [] : [chorusProAccountHeader(account.credentials), account.credentials.password]),
  ];
  return (text) => hide(text, secrets, SHORTEST_SECRET);
}

/**
 * Writes the answer unchanged to standard output or the file. A terminal only gets text, indented and without control
 * characters.
 *
 * @returns a message when the answer was not written.
 * @throws CommandError when the file cannot be written.
 */
export function giveBody(
  session: Session,
  http: HttpAnswer,
  hide: (text: string) => string,
  file: string | undefined,
): Text | undefined {
  const { output } = session;
  const arrived = bodyOf(http);
  // In Latin-1, each byte is one character, so nothing is lost.
  const bytes = Buffer.from(hide(arrived.toString("latin1")), "latin1");
  if (!bytes.equals(arrived)) {
    say(session, {
      en: "The answer repeats secret values of the call; [hidden] replaces them.",
      fr: "La réponse répète des valeurs secrètes de l'appel ; [hidden] les remplace.",
    });
  }
  if (file !== undefined) {
    const place = writeWhole(file, bytes);
    say(session, { en: `The answer is in ${place}`, fr: `La réponse est dans ${place}` });
    return undefined;
  }
  if (bytes.length === 0) return undefined;
  if (!output.terminal) {
    output.give(bytes);
    return undefined;
  }
  if (!isUtf8(bytes) || bytes.includes(0)) {
    return {
      en: "The answer is not text, so it is not shown: write it to a file with `--output FILE`.",
      fr: "La réponse n'est pas du texte, elle n'est donc pas affichée : écrivez-la dans un fichier avec `--output FICHIER`.",
    };
  }
  const shown = bytes.toString();
  const { text, shortened } = isJson(shown) ? indent(shown) : { text: shown, shortened: false };
  output.give(`${printable(text).trimEnd()}\n`);
  if (shortened) {
    say(session, {
      en: "Long strings are shortened here; `--output FILE` writes them whole.",
      fr: "Les longues chaînes sont abrégées ici ; `--output FICHIER` les écrit en entier.",
    });
  }
  return undefined;
}

const bodyOf = ({ raw, body }: HttpAnswer): Buffer => Buffer.from(raw?.body ?? body);
