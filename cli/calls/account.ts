/** The technical account that a call carries. A version that Chorus Pro refused is not sent again, and is labelled. */
import {
  parseSecret,
  technicalAccountSchema,
  UnreadableSecretError,
  type TechnicalAccount,
} from "../../piste/credentials";
import type { DescribedAccount, Description } from "../../piste/description";
import type { Text } from "../../piste/language";
import { DEFAULT_ACCOUNT, REFUSED_LABEL } from "../../piste/names";
import type { SecretVersion } from "../command/aws";
import { AwsError } from "../command/aws-failure";
import { CommandError } from "../command/failure";
import { markRefused, refusedVersion, unmarkRefused, type Labelled } from "../command/refused-label";
import type { Target } from "../command/target";
import { nextCommand } from "./session";
import { deployCommand } from "../command/deployment-command";

/** The most names in a message: a publisher has hundreds of accounts. */
const MOST_NAMED = 10;

export interface HeldAccount extends Labelled {
  readonly described: DescribedAccount;
  readonly credentials: TechnicalAccount;
  /** Epoch milliseconds. */
  readonly storedAt: number;
}

function named(accounts: readonly DescribedAccount[]): string {
  const names = accounts.map(({ name }) => name);
  return [...names.slice(0, MOST_NAMED), ...(names.length > MOST_NAMED ? ["…"] : [])].join(", ");
}

/**
 * The account of that name, or the default one, or the only one.
 *
 * @throws CommandError when there is none, or several could be meant.
 */
export function chooseAccount(
  { application, environment }: Description,
  accounts: readonly DescribedAccount[],
  name: string | undefined,
): DescribedAccount {
  const chosen = name ?? (accounts.length === 1 ? accounts[0]?.name : DEFAULT_ACCOUNT);
  const found = accounts.find((account) => account.name === chosen);
  if (found !== undefined) return found;
  if (accounts.length === 0) {
    throw new CommandError(
      {
        en: `${application} has no technical account in ${environment}, and Chorus Pro asks for one: add it to \`technicalAccounts\` in the configuration, then ${deployCommand(environment)}.`,
        fr: `${application} n'a aucun compte technique en ${environment}, et Chorus Pro en demande un : ajoutez-le à \`technicalAccounts\` dans la configuration, puis ${deployCommand(environment)}.`,
      },
      "operator",
    );
  }
  const known = named(accounts);
  throw new CommandError(
    name === undefined
      ? {
          en: `${application} has ${accounts.length} technical accounts: ${known}. Name one with \`--account\`.`,
          fr: `${application} a ${accounts.length} comptes techniques : ${known}. Indiquez-en un avec \`--account\`.`,
        }
      : {
          en: `${application} has no technical account ${JSON.stringify(name)} in ${environment}. Known: ${known} (\`--account\`).`,
          fr: `${application} n'a pas de compte technique ${JSON.stringify(name)} en ${environment}. Connus : ${known} (\`--account\`).`,
        },
    "operator",
  );
}

function setCommand(target: Target, { environment, application }: Description, account: string): string {
  const option = account === DEFAULT_ACCOUNT ? "" : ` --account ${account}`;
  return nextCommand(target, `credentials set ${environment} technical-account${option}`, application);
}

/**
 * @param force true to send it even if it was refused, or if its labels cannot be read.
 * @throws CommandError when none is stored, or the current version was refused.
 */
export async function holdAccount(
  target: Target,
  description: Description,
  described: DescribedAccount,
  force: boolean,
): Promise<HeldAccount> {
  const { aws } = target;
  const { secret } = described;
  const next = setCommand(target, description, described.name);
  const labelled = refusedVersion(await versionsOf(aws, secret, force));
  const stored = await aws.read(secret);
  if (stored === undefined) throw nothingStored(next, described);
  if (!force && stored.versionId === labelled) throw refusedBefore(next, described);
  let credentials: TechnicalAccount;
  try {
    credentials = parseSecret(secret, technicalAccountSchema, stored.value);
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    throw unreadable(next, described, error);
  }
  const { versionId, storedAt } = stored;
  return { described, credentials, secret, versionId, storedAt, labelled };
}

/** When AWS denies the labels, nothing is sent: the password may have been refused, and wrong ones lock an account. */
async function versionsOf(aws: Target["aws"], secret: string, force: boolean): Promise<readonly SecretVersion[]> {
  try {
    return (await aws.versions(secret)) ?? [];
  } catch (error) {
    if (!(error instanceof AwsError) || error.kind !== "denied") throw error;
    if (force) return [];
    throw new CommandError(
      {
        en: `Nothing was sent: AWS does not show whether Chorus Pro refused this password before (label ${REFUSED_LABEL}), and wrong passwords probably lock an account. \`--force\` sends it anyway. ${error.text.en}`,
        fr: `Rien n'a été envoyé : AWS ne montre pas si Chorus Pro a déjà refusé ce mot de passe (étiquette ${REFUSED_LABEL}), et des mots de passe faux bloquent probablement un compte. \`--force\` l'envoie quand même. ${error.text.fr}`,
      },
      error.owner,
      { cause: error },
    );
  }
}

function refusedBefore(next: string, { secret }: DescribedAccount): CommandError {
  return new CommandError(
    {
      en: `Nothing was sent: Chorus Pro refused the password in ${secret} before (label ${REFUSED_LABEL}), and wrong passwords probably lock the account. Set a new password on the Chorus Pro portal and store it: \`${next}\`. If the account was only too new, or locked for an hour: \`--force\`.`,
      fr: `Rien n'a été envoyé : Chorus Pro a déjà refusé le mot de passe que contient ${secret} (étiquette ${REFUSED_LABEL}), et des mots de passe faux bloquent probablement le compte. Définissez un nouveau mot de passe sur le portail Chorus Pro et enregistrez-le : \`${next}\`. Si le compte était seulement trop récent, ou bloqué pour une heure : \`--force\`.`,
    },
    "chorus-pro",
  );
}

function nothingStored(next: string, { secret }: DescribedAccount): CommandError {
  return new CommandError(
    {
      en: `No technical account is stored in ${secret} yet: \`${next}\`.`,
      fr: `Aucun compte technique n'est encore enregistré dans ${secret} : \`${next}\`.`,
    },
    "operator",
  );
}

/** @param cause names the invalid fields, never a value. */
function unreadable(next: string, { secret }: DescribedAccount, cause: UnreadableSecretError): CommandError {
  return new CommandError(
    {
      en: `The value of ${secret} is not {"login", "password"}. Store it again: \`${next}\`.`,
      fr: `La valeur de ${secret} n'est pas {"login", "password"}. Enregistrez-la à nouveau : \`${next}\`.`,
    },
    "operator",
    { cause },
  );
}

/** @returns a message, if the label was added or could not be. */
export async function noteRefused({ aws }: Target, account: HeldAccount): Promise<Text | undefined> {
  const { versionId, secret } = account;
  const result = await markRefused(aws, account);
  if (result === "as-it-was") return undefined;
  if (result === "done") {
    return {
      en: `This version of ${secret} now has the label ${REFUSED_LABEL}: its password is not sent again.`,
      fr: `Cette version de ${secret} porte désormais l'étiquette ${REFUSED_LABEL} : son mot de passe n'est plus envoyé.`,
    };
  }
  return {
    en: `The label ${REFUSED_LABEL} could not be added to version ${versionId} of ${secret}, so other programs may send its password again. ${result.en}`,
    fr: `L'étiquette ${REFUSED_LABEL} n'a pas pu être mise sur la version ${versionId} de ${secret} : d'autres programmes risquent d'envoyer encore son mot de passe. ${result.fr}`,
  };
}

/** @returns a message, if the label was removed or could not be. */
export async function noteAccepted({ aws }: Target, account: HeldAccount): Promise<Text | undefined> {
  const { versionId, secret } = account;
  const result = await unmarkRefused(aws, account);
  if (result === "as-it-was") return undefined;
  if (result === "done") {
    return {
      en: `Chorus Pro accepts this password: the label ${REFUSED_LABEL} was removed from ${secret}.`,
      fr: `Chorus Pro accepte ce mot de passe : l'étiquette ${REFUSED_LABEL} est retirée de ${secret}.`,
    };
  }
  return {
    en: `Chorus Pro accepts this password, but the label ${REFUSED_LABEL} could not be removed from version ${versionId} of ${secret}, so other programs do not send it. ${result.en}`,
    fr: `Chorus Pro accepte ce mot de passe, mais l'étiquette ${REFUSED_LABEL} n'a pas pu être retirée de la version ${versionId} de ${secret} : les autres programmes ne l'envoient pas. ${result.fr}`,
  };
}
