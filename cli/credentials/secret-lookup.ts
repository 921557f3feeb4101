/** Finds the secret from the description, or from the names alone for users who may only write. */
import { DEFAULT_PASSWORD_LIFETIME_IN_DAYS } from "../../piste/application";
import type { DescribedAccount, Description } from "../../piste/description";
import type { Environment } from "../../piste/environments";
import {
  checkName,
  DEFAULT_ACCOUNT,
  DEFAULT_APPLICATION,
  NAME_RULE,
  technicalAccountSecretName,
} from "../../piste/names";
import type { DescribedApplication } from "../described-applications";
import { ifAllowed } from "../command/aws-failure";
import { CommandError } from "../command/failure";
import { oneApplication, type Target } from "../command/target";
import { configurationFile, deployCommand } from "../command/deployment-command";

export interface Wanted {
  readonly application?: string | undefined;
  readonly account?: string | undefined;
}

export interface AccountSecretLocation {
  readonly environment: Environment;
  readonly application: string;
  readonly account: string;
  readonly secret: string;
  readonly structure?: DescribedAccount["structure"];
  readonly passwordLifetimeInDays: number;
  /** Undefined for users who may not read descriptions. */
  readonly description?: Description;
}

/** @throws CommandError for an invalid name; the message does not repeat it, since it may be a secret. */
export function checkWanted(wanted: Wanted): void {
  for (const option of ["application", "account"] as const) {
    if (wanted[option] === undefined) continue;
    try {
      checkName(option, wanted[option]);
    } catch {
      throw new CommandError(
        {
          en: `--${option} must be a name of the configuration: ${NAME_RULE}. Values are never given as arguments.`,
          fr: `--${option} doit être un nom de la configuration : de 1 à 30 minuscules, chiffres et tirets intérieurs. Les valeurs ne se donnent jamais en argument.`,
        },
        "operator",
      );
    }
  }
}

/** @param byName whether the names alone are enough, for users who may not read descriptions. */
export async function findAccountSecret(
  target: Target,
  wanted: Wanted,
  byName: boolean,
): Promise<AccountSecretLocation> {
  const { environment } = target;
  const found = await described(target, wanted, byName);
  if (found === undefined) {
    const { application = DEFAULT_APPLICATION, account = DEFAULT_ACCOUNT } = wanted;
    return {
      environment,
      application,
      account,
      secret: technicalAccountSecretName(environment, application, account),
      passwordLifetimeInDays: DEFAULT_PASSWORD_LIFETIME_IN_DAYS,
    };
  }
  const { description } = found;
  const { name: account, structure, passwordLifetimeInDays } = oneAccount(found, wanted.account);
  const { application } = description;
  const secret = technicalAccountSecretName(environment, application, account);
  return { environment, application, account, secret, structure, passwordLifetimeInDays, description };
}

/** @returns undefined when `byName` is set and the user may not read descriptions. */
export async function described(
  target: Target,
  wanted: Wanted,
  byName: boolean,
): Promise<DescribedApplication | undefined> {
  checkWanted(wanted);
  const question = oneApplication(target, wanted.application);
  return byName ? ifAllowed(question) : question;
}

const MOST_NAMES_SHOWN = 20;

function oneAccount({ description, accounts }: DescribedApplication, name?: string): DescribedAccount {
  const { environment, application } = description;
  const [first, ...others] = name === undefined ? accounts : accounts.filter((account) => account.name === name);
  if (first !== undefined && others.length === 0) return first;
  if (accounts.length === 0) {
    throw new CommandError(
      {
        en: `The application ${application} of ${environment} has no technical account. Configure one in \`technicalAccounts\` (${configurationFile(environment)}), then ${deployCommand(environment)}.`,
        fr: `L'application ${application} de ${environment} n'a pas de compte technique. Déclarez-en un dans \`technicalAccounts\` (${configurationFile(environment)}), puis ${deployCommand(environment)}.`,
      },
      "operator",
    );
  }
  const shown = accounts.slice(0, MOST_NAMES_SHOWN).map((account) => account.name);
  const names = shown.join(", ") + (accounts.length > shown.length ? ", …" : "");
  const which: [string, string] =
    first === undefined
      ? [`There is no technical account of that name in ${application}`, `${application} n'a pas de compte de ce nom`]
      : [`${application} has several technical accounts`, `${application} a plusieurs comptes techniques`];
  throw new CommandError(
    {
      en: `${which[0]}: ${names}. Name one with \`--account\`.`,
      fr: `${which[1]} : ${names}. Indiquez-en un avec \`--account\`.`,
    },
    "operator",
  );
}
