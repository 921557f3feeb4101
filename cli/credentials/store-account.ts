/** Stores a technical account in one write, as the current version with the label of its date. */
import { joined, type Text } from "../../piste/language";
import { CHANGED_LABEL_PREFIX } from "../../piste/names";
import { formatDay } from "../../piste/password-age";
import type { SecretVersion } from "../command/aws";
import { AwsError, policyCommand } from "../command/aws-failure";
import { CommandError } from "../command/failure";
import type { EnteredAccount } from "./enter";
import type { AccountSecretLocation } from "./secret-lookup";
import { CURRENT, PREVIOUS, store } from "./secret";
import { NOTHING_STORED, type Session } from "./session";

/** @param more further labels. */
export async function storeAccount(
  session: Session,
  { secret }: AccountSecretLocation,
  { login, password, changedOn }: EnteredAccount,
  more: readonly string[] = [],
): Promise<void> {
  const changed = `${CHANGED_LABEL_PREFIX}${formatDay(changedOn)}`;
  const storeNow = (): Promise<string> =>
    store(session.target.aws, secret, { login, password }, [CURRENT, changed, ...more]);
  session.ifInterrupted(perhapsStored(secret));
  try {
    await storeNow();
  } catch (error) {
    const refused = fullOf(error);
    if (refused === undefined) throw error;
    if (!(await forgetOldDates(session, secret, changed))) throw noRoom(secret, refused);
    await storeNow();
  }
  session.ifInterrupted(stored(secret));
  await forgetOldDates(session, secret, changed);
}

/**
 * Removes the date labels of old passwords, if AWS allows it: a label keeps its version for ever, and a secret has at most
 * 20 labels.
 *
 * @returns whether any label was removed.
 */
async function forgetOldDates({ target: { aws } }: Session, secret: string, changed: string): Promise<boolean> {
  let hasGone = false;
  try {
    const versions = (await aws.versions(secret)) ?? [];
    for (const { versionId, labels } of versions.filter((version) => !isKept(version))) {
      for (const label of labels.filter((name) => name.startsWith(CHANGED_LABEL_PREFIX) && name !== changed)) {
        await aws.moveLabel(secret, label, { from: versionId });
        hasGone = true;
      }
    }
  } catch (error) {
    // Old labels are harmless until the secret is full.
    if (!(error instanceof AwsError)) throw error;
  }
  return hasGone;
}

/** A person may want to go back to the previous password. */
const isKept = ({ labels }: SecretVersion): boolean => labels.includes(CURRENT) || labels.includes(PREVIOUS);

/** AWS's error about a full secret; undefined for any other error. */
function fullOf(error: unknown): AwsError | undefined {
  if (!(error instanceof CommandError && error.cause instanceof AwsError)) return undefined;
  const { cause } = error.cause;
  return cause instanceof Error && cause.name === "LimitExceededException" ? error.cause : undefined;
}

function noRoom(secret: string, cause: AwsError): CommandError {
  const policy = policyCommand("operator", "", cause.place);
  const text: Text = {
    en: `A secret has at most 20 labels, and 100 versions per day. ${secret} is full, and AWS does not let you remove the \`CHANGED-…\` labels of old passwords. Ask a person with the operator's policy (${policy.en}) to run this command: it removes them first.`,
    fr: `Un secret a au plus 20 étiquettes, et 100 versions par jour. ${secret} est plein, et AWS ne vous laisse pas retirer les étiquettes \`CHANGED-…\` des anciens mots de passe. Faites exécuter cette commande par une personne qui a la politique de l'operator (${policy.fr}) : elle les retire d'abord.`,
  };
  return new CommandError(joined([text, NOTHING_STORED]), "aws", { cause });
}

const perhapsStored = (secret: string): Text => ({
  en: `The account may be stored in ${secret}; the current one there is complete, either the old or the new one.`,
  fr: `Le compte est peut-être enregistré dans ${secret} ; celui en vigueur est complet : l'ancien ou le nouveau.`,
});
const stored = (secret: string): Text => ({
  en: `The account is stored in ${secret} and current.`,
  fr: `Le compte est enregistré dans ${secret} et en vigueur.`,
});
