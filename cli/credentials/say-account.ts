/** To whom a value goes: the shell decides it (AWS_PROFILE, AWS_REGION, credentials), and may belong to another account. */
import type { Session } from "./session";

/**
 * Said before anything is asked for; the account that cannot be told is no reason to stop.
 *
 * @throws CommandError when values would go to an address that may not have them.
 */
export async function sayAccount({ target, say }: Pick<Session, "target" | "say">): Promise<void> {
  if (target.local) return;
  const [identity, region] = await Promise.all([
    target.aws.identity().catch(() => ({ account: "?", arn: "?" })),
    target.aws.region(),
  ]);
  // Some depositors ask AWS for nothing else before they type.
  await target.aws.checkAddress();
  const { account, arn } = identity;
  say({
    en: `AWS account ${account}, region ${region}, as ${arn}`,
    fr: `Compte AWS ${account}, région ${region}, en tant que ${arn}`,
  });
}
