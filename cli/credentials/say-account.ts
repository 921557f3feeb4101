/** To whom a value goes: the shell decides it (AWS_PROFILE, AWS_REGION, credentials), and may belong to another account. */
import type { Session } from "./session";

/**
 * Said before anything is asked for; the account that cannot be told is no reason to stop.
 *
 * @throws CommandError when values would go to an address that may not have them.
 */
export async function sayAccount({ target, say }: Pick<Session, "target" | "say">): Promise<void> {
  if (target.local) return;
  const [identity, region] = await Promise.all([target.aws.identity().catch(() => undefined), target.aws.region()]);
  // Some depositors ask AWS for nothing else before they type.
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
