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

/** A publisher has hundreds. */
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
  const wanted = name ?? (accounts.length === 1 ? accounts[0]?.name : DEFAULT_ACCOUNT);
  const found = accounts.find((account) => account.name === wanted);
  if (found !== undefined) return found;
  if (accounts.length === 0) {
    throw new CommandError(
      {
        en: `${application} has no technical account in ${environment}, and Chorus Pro asks for one: add it to \`technicalAccounts\` of the configuration, then ${deployCommand(environment)}.`,
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
          en: `${application} has no technical account ${JSON.stringify(name)} in ${environment}; it has ${known} (\`--account\`).`,
          fr: `${application} n'a pas de compte technique ${JSON.stringify(name)} en ${environment} ; il a ${known} (\`--account\`).`,
        },
    "operator",
  );
}

function setCommand(target: Target, { environment, application }: Description, account: string): string {
  const option = account === DEFAULT_ACCOUNT ? "" : ` --account ${account}`;
  return nextCommand(target, `credentials set ${environment} technical-account${option}`, application);
}

/**
 * @param force whether it is sent although it was refused, or although nobody can see whether it was.
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

/** Whoever may not look does not send a password that may have been refused: wrong ones lock an account. */
async function versionsOf(aws: Target["aws"], secret: string, force: boolean): Promise<readonly SecretVersion[]> {
  try {
    return (await aws.versions(secret)) ?? [];
  } catch (error) {
    if (!(error instanceof AwsError) || error.kind !== "denied") throw error;
    if (force) return [];
    throw new CommandError(
      {
        en: `Whether Chorus Pro has refused this password before (label ${REFUSED_LABEL}) cannot be seen, and wrong passwords probably lock an account; \`--force\` sends it all the same. ${error.text.en}`,
        fr: `Impossible de voir si Chorus Pro a déjà refusé ce mot de passe (étiquette ${REFUSED_LABEL}), et des mots de passe faux verrouillent probablement un compte ; \`--force\` l'envoie quand même. ${error.text.fr}`,
      },
      error.owner,
      { cause: error },
    );
  }
}

function refusedBefore(next: string, { secret }: DescribedAccount): CommandError {
  return new CommandError(
    {
      en: `Chorus Pro refused the password that ${secret} holds before (label ${REFUSED_LABEL}), so nothing was sent: wrong passwords probably lock the account. Give it a new password on the Chorus Pro portal and store it: \`${next}\`. If it was only too young, or locked for an hour: \`--force\`.`,
      fr: `Chorus Pro a déjà refusé le mot de passe que contient ${secret} (étiquette ${REFUSED_LABEL}), donc rien n'a été envoyé : des mots de passe faux verrouillent probablement le compte. Donnez-lui un nouveau mot de passe sur le portail Chorus Pro et enregistrez-le : \`${next}\`. S'il était seulement trop récent, ou verrouillé pour une heure : \`--force\`.`,
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

/** @param cause names the fields that do not fit, never a value. */
function unreadable(next: string, { secret }: DescribedAccount, cause: UnreadableSecretError): CommandError {
  return new CommandError(
    {
      en: `What ${secret} holds is not {"login", "password"}. Store it again: \`${next}\`.`,
      fr: `Ce que contient ${secret} n'est pas {"login", "password"}. Enregistrez-le à nouveau : \`${next}\`.`,
    },
    "operator",
    { cause },
  );
}

/** @returns what became of the label, when anything did. */
export async function noteRefused({ aws }: Target, account: HeldAccount): Promise<Text | undefined> {
  const { versionId, secret } = account;
  const result = await markRefused(aws, account);
  if (result === "as-it-was") return undefined;
  if (result === "done") {
    return {
      en: `This version of ${secret} has the label ${REFUSED_LABEL} now: nothing sends its password again.`,
      fr: `Cette version de ${secret} porte désormais l'étiquette ${REFUSED_LABEL} : son mot de passe n'est plus envoyé.`,
    };
  }
  return {
    en: `The label ${REFUSED_LABEL} could not be put on version ${versionId} of ${secret}, so others may send its password again. ${result.en}`,
    fr: `L'étiquette ${REFUSED_LABEL} n'a pas pu être mise sur la version ${versionId} de ${secret} : d'autres risquent d'envoyer encore son mot de passe. ${result.fr}`,
  };
}

/** @returns as {@link noteRefused}. */
export async function noteAccepted({ aws }: Target, account: HeldAccount): Promise<Text | undefined> {
  const { versionId, secret } = account;
  const result = await unmarkRefused(aws, account);
  if (result === "as-it-was") return undefined;
  if (result === "done") {
    return {
      en: `Chorus Pro takes this password: the label ${REFUSED_LABEL} is gone from ${secret}.`,
      fr: `Chorus Pro accepte ce mot de passe : l'étiquette ${REFUSED_LABEL} est retirée de ${secret}.`,
    };
  }
  return {
    en: `Chorus Pro takes this password, but the label ${REFUSED_LABEL} could not be taken off version ${versionId} of ${secret}, so others do not send it. ${result.en}`,
    fr: `Chorus Pro accepte ce mot de passe, mais l'étiquette ${REFUSED_LABEL} n'a pas pu être retirée de la version ${versionId} de ${secret} : d'autres ne l'envoient pas. ${result.fr}`,
  };
}
