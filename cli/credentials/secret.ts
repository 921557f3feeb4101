/** Stores values in secrets and lists their versions; never reads client credentials. */
import { joined, type Text } from "../../piste/language";
import { AwsError, ifAllowed } from "../command/aws-failure";
import type { Aws, SecretVersion } from "../command/aws";
import { CommandError } from "../command/failure";
import { NOTHING_STORED } from "./session";

export const CURRENT = "AWSCURRENT";
export const PENDING = "AWSPENDING";
export const PREVIOUS = "AWSPREVIOUS";

export const carrierOf = (label: string, versions: readonly SecretVersion[] | undefined): SecretVersion | undefined =>
  versions?.find(({ labels }) => labels.includes(label));

/**
 * Lists the versions of a secret.
 *
 * @returns undefined when AWS does not allow it.
 * @throws CommandError when there is no such secret.
 */
export async function versionsOf(aws: Aws, secret: string): Promise<readonly SecretVersion[] | undefined> {
  // Wrapped, because both "denied" and "no such secret" are undefined.
  const found = await ifAllowed(aws.versions(secret).then((versions) => ({ versions })));
  if (found === undefined) return undefined;
  if (found.versions === undefined) throw noSuchSecret(secret);
  return found.versions;
}

/**
 * @returns the id of the new version.
 * @throws CommandError also when there is no such secret.
 */
export async function store(aws: Aws, secret: string, value: object, labels: readonly string[]): Promise<string> {
  try {
    return await aws.store(secret, JSON.stringify(value), labels);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { cause, kind, owner, text } = error;
    if (cause instanceof Error && cause.name === "ResourceNotFoundException") throw noSuchSecret(secret);
    const certain = kind !== "unreachable" && kind !== "other";
    throw new CommandError(joined([text, certain ? NOTHING_STORED : PERHAPS_STORED]), owner, { cause: error });
  }
}

/** AWS may have stored the value although its answer was lost. */
const PERHAPS_STORED: Text = {
  en: "It may still have been stored; storing it again is harmless.",
  fr: "L'enregistrement a peut-être eu lieu malgré tout ; le refaire est sans risque.",
};

export function noSuchSecret(secret: string): CommandError {
  const text: Text = {
    en: `There is no secret ${secret} in this AWS account and region. Deploy the application first, or name another one (\`--application\`, \`--account\`, \`--region\`). Nothing was stored.`,
    fr: `Il n'y a pas de secret ${secret} dans ce compte AWS et cette région. Déployez d'abord l'application, ou indiquez-en une autre (\`--application\`, \`--account\`, \`--region\`). Rien n'a été enregistré.`,
  };
  return new CommandError(text, "aws");
}
