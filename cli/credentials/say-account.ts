/** Prints the AWS account that receives the values: the shell may be set to the wrong one. */
import type { Session } from "./session";

/**
 * Runs before the first question. An unknown account does not stop the command.
 *
 * @throws CommandError when the values would go to a refused address.
 */
export async function sayAccount({ target, say }: Pick<Session, "target" | "say">): Promise<void> {
  if (target.local) return;
  const [identity, region] = await Promise.all([target.aws.identity().catch(() => undefined), target.aws.region()]);
  // Checked here because, with few permissions, nothing else is called before a person types a value.
  await target.aws.checkAddress();
  say(
    identity === undefined
      ? {
          en: `AWS region ${region}; AWS does not show the account.`,
          fr: `Région AWS ${region} ; AWS n'indique pas le compte.`,
        }
      : {
          en: `AWS account ${identity.account}, region ${region}, as ${identity.arn}`,
          fr: `Compte AWS ${identity.account}, région ${region}, en tant que ${identity.arn}`,
        },
  );
}
