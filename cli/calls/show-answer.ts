/** An answer, for whoever asked: a line about it, and its body without what nobody may read. */
import { chorusProAccountHeader, type AccessToken } from "../../piste/credentials";
import { hide, type HttpAnswer, type HttpRequest } from "../../piste/http";
import type { Text } from "../../piste/language";
import { printable } from "../../piste/printable";
import type { ProbeAnswer } from "../../piste/probes";
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
  const bytes = http && Buffer.byteLength(http.body);
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

/** As it arrived; a terminal gets it indented, and nothing that would control it. */
export function giveBody(session: Session, body: string, hide: (text: string) => string): void {
  const { output } = session;
  const shown = hide(body);
  if (shown !== body) {
    say(session, {
      en: "The answer repeats credentials of the call; [hidden] stands in their place.",
      fr: "La réponse répète des valeurs secrètes de l'appel ; [hidden] les remplace.",
    });
  }
  if (shown === "") return;
  if (!output.terminal) {
    output.give(shown);
    return;
  }
  const { text, shortened } = isJson(shown) ? indent(shown) : { text: shown, shortened: false };
  output.give(`${printable(text).trimEnd()}\n`);
  if (shortened) {
    say(session, {
      en: "Long strings are shortened here; with `> file` they are whole.",
      fr: "Les longues chaînes sont abrégées ici ; avec `> fichier`, elles sont entières.",
    });
  }
}
