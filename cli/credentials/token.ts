/** The access token for trying a technical account: the stored one, or a new one from the function. */
import type { AccessToken } from "../../piste/credentials";
import type { Description } from "../../piste/description";
import { joined, type Text } from "../../piste/language";
import { AwsError } from "../command/aws-failure";
import { CommandError } from "../command/failure";
import { notReplacedText, overspentText, runFailureText } from "../command/french";
import { ownerOfFailure } from "../command/owners";
import { tokenGoodFor } from "../command/stored-token";
import { nextCommand, NOTHING_STORED, type Session } from "./session";

export const WITHOUT_TEST: Text = {
  en: "(`--no-test` stores the account without trying it.)",
  fr: "(`--no-test` enregistre le compte sans l'essayer.)",
};

/** The least remaining lifetime of a usable token. */
const SHORTEST_USE_IN_SECONDS = 30;

const UNUSABLE: Text = {
  en: "The new token cannot be used; this machine's clock may be wrong.",
  fr: "Le jeton obtenu est inutilisable ; l'horloge de cette machine est peut-être fausse.",
};

const storedToken = async ({ target }: Session, { tokenSecret }: Description): Promise<AccessToken | undefined> =>
  (await tokenGoodFor(target, tokenSecret, SHORTEST_USE_IN_SECONDS))?.token;

/**
 * @param fresh true when the stored token is not usable.
 * @throws CommandError that says what to do first, when no token can be fetched.
 */
export async function usableToken(session: Session, description: Description, fresh: boolean): Promise<AccessToken> {
  // After the account was typed, the caller says what happens to it.
  const afterwards = fresh ? [] : [NOTHING_STORED, WITHOUT_TEST];
  try {
    const stored = fresh ? undefined : await storedToken(session, description);
    if (stored !== undefined) return stored;
    session.say({
      en: `${fresh ? "The gateway does not know the stored token" : "No usable token is stored"}: ${description.function} fetches one …`,
      fr: `${fresh ? "La passerelle ne connaît pas le jeton enregistré" : "Aucun jeton utilisable n'est enregistré"} : ${description.function} en demande un…`,
    });
    const result = await session.target.aws.invoke(description, "refresh");
    const { outcome, reason, class: failureClass = "", meaning = reason } = result;
    const kept = fresh ? notReplacedText(result) : overspentText(result);
    // The function kept the stored token, which is not usable.
    if (kept !== undefined) throw new CommandError(joined([kept, ...afterwards]), "wait");
    if (outcome === "failed") {
      throw noToken(session, reason, failureClass, runFailureText(reason, meaning), afterwards);
    }
    const fetched = await storedToken(session, description);
    if (fetched !== undefined) return fetched;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new CommandError(joined([error.text, ...afterwards]), error.owner, { cause: error });
  }
  throw noToken(session, "", "", UNUSABLE, afterwards);
}

function noToken(
  session: Session,
  reason: string,
  failureClass: string,
  meaning: Text,
  afterwards: readonly Text[],
): CommandError {
  const { environment } = session.target;
  const first = nextCommand(session, `credentials set ${environment} client`);
  const why: Text =
    reason === "unconfigured"
      ? {
          en: `The client credentials come first: \`${first}\`.`,
          fr: `Les identifiants de l'application viennent d'abord : \`${first}\`.`,
        }
      : {
          en: `Without a token the account cannot be tried. ${meaning.en}`,
          fr: `Sans jeton, le compte ne peut pas être essayé. ${meaning.fr}`,
        };
  return new CommandError(joined([why, ...afterwards]), ownerOfFailure(failureClass) ?? "aws");
}
