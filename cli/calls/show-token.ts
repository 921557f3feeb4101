/** `piste token`: shows how long the stored token is valid, or prints it. */
import { joined, type Text } from "../../piste/language";
import { oneApplication } from "../command/target";
import { duration, moment } from "../command/times";
import { wrappedFor } from "../command/terminal";
import { giveFacts, iso, say, type Session } from "./session";
import { lookAtToken, tokenError, type TokenLook } from "./stored-token";

export interface TokenOptions {
  readonly application?: string | undefined;
  /** True to print only the token. */
  readonly print?: boolean;
  /** For programs; never the token. */
  readonly json?: boolean;
}

/** @throws CommandError unless it is valid for the promised reserve; with `print`, unless it is valid. */
export async function showToken(session: Session, options: TokenOptions): Promise<void> {
  const { target, output } = session;
  const { description } = await oneApplication(target, options.application);
  const look = await lookAtToken(target, description);
  const { environment, application, tokenSecret } = description;
  if (options.print) {
    if (look.state !== "valid" && look.state !== "short") throw await tokenError(target, description, look);
    output.give(`${look.token.access_token}\n`);
    if (look.state === "short") {
      const left = duration(look.secondsLeft);
      say(session, { en: `It is only valid for ${left} more.`, fr: `Il n'est plus valable que ${left}.` });
    }
    return;
  }
  const wrong = look.state === "valid" ? undefined : await tokenError(target, description, look);
  if (options.json) giveFacts(session, { environment, application, secret: tokenSecret, ...toJson(look) }, wrong);
  if (wrong !== undefined) throw wrong;
  if (!options.json && look.state === "valid") {
    const text = inWords(look, `${application} (${environment})`, tokenSecret)[session.language];
    output.give(`${wrappedFor(process.stdout, text)}\n`);
  }
}

function toJson(look: TokenLook): object {
  if (!("token" in look)) {
    return { state: look.state, secondsLeft: null, scope: null, issuedAt: null, expiresAt: null };
  }
  const { state, token, end, secondsLeft } = look;
  // Field by field, so that nothing else of the record is shown.
  return { state, secondsLeft, scope: token.scope, issuedAt: iso(token.issued_at), expiresAt: iso(end) };
}

function inWords(look: Extract<TokenLook, { readonly secondsLeft: number }>, name: string, secret: string): Text {
  const { token, secondsLeft } = look;
  const [end, begin] = [moment(look.end * 1000), moment(token.issued_at * 1000)];
  const left = duration(secondsLeft);
  return joined(
    [
      {
        en: `${name}: the token is valid for ${left} more`,
        fr: `${name} : le jeton est encore valable ${left}`,
      },
      { en: `  until   ${end.en}`, fr: `  fin      ${end.fr}` },
      { en: `  scope   ${token.scope}`, fr: `  scope    ${token.scope}` },
      { en: `  issued  ${begin.en}`, fr: `  obtenu   ${begin.fr}` },
      { en: `  secret  ${secret}`, fr: `  secret   ${secret}` },
    ],
    "\n",
  );
}
