/** An answer, for whoever asked: a line about it, and its body without what nobody may read. */
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

/** In data, shorter ones would be found where they are not. */
const SHORTEST_SECRET = 8;

/** Takes out of a text what the call carried and nobody may read: an answer might repeat it. */
export function hider(token: AccessToken, account: HeldAccount | undefined): (text: string) => string {
  const secrets = [
    token.access_token,
    ...(account === undefined ? [] : [chorusProAccountHeader(account.credentials), account.credentials.password]),
  ];
  return (text) => hide(text, secrets, SHORTEST_SECRET);
}

/**
 * As it arrived, to standard output or to the file; a terminal gets text only, indented, and nothing that would control it.
 *
 * @returns what is said where it was not given.
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
  // Every byte is one character of Latin-1, and the same byte again.
  const bytes = Buffer.from(hide(arrived.toString("latin1")), "latin1");
  if (!bytes.equals(arrived)) {
    say(session, {
      en: "The answer repeats credentials of the call; [hidden] stands in their place.",
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
      en: "The answer is not text, so it is not shown: give it a file with `--output FILE`.",
      fr: "La réponse n'est pas du texte, elle n'est donc pas affichée : donnez-lui un fichier avec `--output FICHIER`.",
    };
  }
  const shown = bytes.toString();
  const { text, shortened } = isJson(shown) ? indent(shown) : { text: shown, shortened: false };
  output.give(`${printable(text).trimEnd()}\n`);
  if (shortened) {
    say(session, {
      en: "Long strings are shortened here; with `--output FILE` they are whole.",
      fr: "Les longues chaînes sont abrégées ici ; avec `--output FICHIER`, elles sont entières.",
    });
  }
  return undefined;
}

const bodyOf = ({ raw, body }: HttpAnswer): Buffer => Buffer.from(raw?.body ?? body);
