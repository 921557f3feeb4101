/** The access token with which a technical account is tried: the stored one, or one that the function fetches now. */
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

/** How long a token must at least last to be of use here. */
const SHORTEST_USE_IN_SECONDS = 30;

const UNUSABLE: Text = {
  en: "The token that was fetched cannot be used; this machine's clock may be wrong.",
  fr: "Le jeton obtenu est inutilisable ; l'horloge de cette machine est peut-être fausse.",
};

const storedToken = async ({ target }: Session, { tokenSecret }: Description): Promise<AccessToken | undefined> =>
  (await tokenGoodFor(target, tokenSecret, SHORTEST_USE_IN_SECONDS))?.token;

/**
 * @param fresh whether the stored one will not do.
 * @throws CommandError that says what comes first, when there is no token to be had.
 */
export async function usableToken(session: Session, description: Description, fresh: boolean): Promise<AccessToken> {
  // Once the account was typed, what happens to it is for the caller to say.
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
    // Then the stored one is all there is, and it will not do.
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
