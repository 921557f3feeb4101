/** A technical account becomes the current one, whole or not at all, dated by a label. */
import type { Text } from "../../piste/language";
import { CHANGED_LABEL_PREFIX } from "../../piste/names";
import { formatDay } from "../../piste/password-age";
import type { SecretVersion } from "../command/aws";
import { AwsError } from "../command/aws-failure";
import type { EnteredAccount } from "./enter";
import type { AccountSecretLocation } from "./secret-lookup";
import { CURRENT, store } from "./secret";
import type { Session } from "./session";

/**
 * @param before the versions that were there, as far as they are known.
 * @param more labels.
 */
export async function storeAccount(
  session: Session,
  { secret }: AccountSecretLocation,
  { login, password, changedOn }: EnteredAccount,
  before: readonly SecretVersion[] | undefined,
  more: readonly string[] = [],
): Promise<void> {
  const changed = `${CHANGED_LABEL_PREFIX}${formatDay(changedOn)}`;
  session.ifInterrupted(perhapsStored(secret));
  await store(session.target.aws, secret, { login, password }, [CURRENT, changed, ...more]);
  session.ifInterrupted(stored(secret));
  await forgetOldDates(session, secret, changed, before);
}

/** A label keeps its version for ever, and a secret has twenty at most: old passwords may go. */
async function forgetOldDates(
  { target }: Session,
  secret: string,
  changed: string,
  before: readonly SecretVersion[] = [],
): Promise<void> {
  // What was current a moment ago is the previous version now.
  const old = before.filter(({ labels }) => !labels.includes(CURRENT));
  for (const { versionId, labels } of old) {
    for (const label of labels.filter((name) => name.startsWith(CHANGED_LABEL_PREFIX) && name !== changed)) {
      try {
        await target.aws.moveLabel(secret, label, { from: versionId });
      } catch (error) {
        // Tidying that is not allowed harms nobody today.
        if (!(error instanceof AwsError)) throw error;
        return;
      }
    }
  }
}

const perhapsStored = (secret: string): Text => ({
  en: `The account may be stored in ${secret}; what is current there is the old one or the new one, whole.`,
  fr: `Le compte est peut-être enregistré dans ${secret} ; celui en vigueur est l'ancien ou le nouveau, entier.`,
});
const stored = (secret: string): Text => ({
  en: `The account is stored in ${secret}, and current.`,
  fr: `Le compte est enregistré dans ${secret}, et en vigueur.`,
});
