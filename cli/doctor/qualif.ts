/** Compares prod with qualif when both are readable in the same AWS account and region. */
import { isProduction } from "../../piste/environments";
import { parseSecret, technicalAccountSchema, UnreadableSecretError } from "../../piste/credentials";
import { AwsError } from "../command/aws-failure";
import type { DescribedApplication } from "../described-applications";
import type { Subject } from "./subject";
import type { Visit } from "./visit";
import { inParallel } from "../../piste/in-parallel";

const SECRETS_AT_ONCE = 4;

/** When AWS refuses, the comparison is skipped. */
async function ifAllowed<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

export async function applicationsOfQualif({ target }: Visit): Promise<readonly DescribedApplication[]> {
  if (!isProduction(target.environment)) return [];
  return (await ifAllowed(() => target.aws.applications("qualif")))?.applications ?? [];
}

/** The logins of qualif's technical accounts. */
export async function loginsOfQualif(visit: Visit): Promise<ReadonlySet<string>> {
  const logins = new Set<string>();
  const secrets = visit.ofQualif.flatMap(({ accounts }) => accounts.map(({ secret }) => secret));
  await ifAllowed(() =>
    inParallel(secrets, SECRETS_AT_ONCE, async (secret) => {
      const stored = await visit.target.aws.read(secret);
      if (stored === undefined) return;
      try {
        logins.add(parseSecret(secret, technicalAccountSchema, stored.value).login);
      } catch (error) {
        if (!(error instanceof UnreadableSecretError)) throw error;
      }
    }),
  );
  return logins;
}

/** Notes the values that must differ between the configurations but are equal. */
export function noteWhatEqualsQualif({ ofQualif }: Visit, { application, notes }: Subject): void {
  const structures = new Map(
    ofQualif.flatMap(({ accounts }) => accounts.map(({ structure }) => [structure.identifier, structure] as const)),
  );
  for (const { name, structure } of application.accounts) {
    if (!structures.has(structure.identifier)) continue;
    notes.push({
      en: `The structure ${structure.identifier} of the account ${name} is also one of qualif, where SIRETs are fictitious.`,
      fr: `La structure ${structure.identifier} du compte ${name} est aussi l'une de celles de qualif, où les SIRET sont fictifs.`,
    });
  }
  const { pisteApplicationName: pisteName } = application.description;
  if (pisteName !== undefined && ofQualif.some(({ description }) => description.pisteApplicationName === pisteName)) {
    notes.push({
      en: `The PISTE application ${pisteName} is also qualif's: production has one of its own.`,
      fr: `L'application PISTE ${pisteName} est aussi celle de qualif : la production a la sienne.`,
    });
  }
}
