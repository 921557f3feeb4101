/** Prints the AWS account that receives the values: the shell's settings may point to another one than intended. */
import type { Session } from "./session";

/**
 * Runs before the first question. An unknown account does not stop the command.
 *
 * @throws CommandError when values would go to an address that may not have them.
 */
export async function sayAccount({ target, say }: Pick<Session, "target" | "say">): Promise<void> {
  if (target.local) return;
  const [identity, region] = await Promise.all([target.aws.identity().catch(() => undefined), target.aws.region()]);
  // With few permissions, this is the only call to AWS before a person types a value.
  await target.aws.checkAddress();
  say(
    identity === undefined
      ? {
          en: `AWS region ${region}; AWS does not say which account it is.`,
          fr: `Région AWS ${region} ; AWS ne dit pas de quel compte il s'agit.`,
        }
      : {
          en: `AWS account ${identity.account}, region ${region}, as ${identity.arn}`,
          fr: `Compte AWS ${identity.account}, région ${region}, en tant que ${identity.arn}`,
        },
  );
}
