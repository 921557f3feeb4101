/** The applications of an environment, as the SSM descriptions of whatever stack made them say. */
import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import type { DescribedAccount, Description } from "../piste/description";
import { accountPageSchema, descriptionSchema } from "../piste/description-schemas";
import type { Environment } from "../piste/environments";
import {
  accountsParameterName,
  descriptionParameterName,
  descriptionsPath,
  technicalAccountSecretName,
  tokenSecretName,
} from "../piste/names";
import { CommandError } from "./command/failure";

export interface DescribedApplication {
  readonly description: Description;
  readonly accounts: readonly DescribedAccount[];
  /** Epoch milliseconds; unknown once the description has changed, since AWS dates the change alone. */
  readonly deployedAt?: number | undefined;
}

/** A parameter's version that nothing has changed. */
const FIRST_VERSION = 1;

/**
 * What is no description of the application whose name it has is left out: whoever writes one parameter must not keep
 * all others from being found.
 *
 * @throws CommandError when nothing else is there.
 */
export async function describedApplications(environment: Environment, ssm: SSMClient): Promise<DescribedApplication[]> {
  const texts = new Map<string, string>();
  const deployed = new Map<string, number>();
  let nextToken: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({
        Path: descriptionsPath(environment),
        Recursive: true,
        NextToken: nextToken,
      }),
    );
    for (const { Name: name, Value: value, Version: version, LastModifiedDate: date } of page.Parameters ?? []) {
      if (name === undefined || value === undefined) continue;
      texts.set(name, value);
      if (version === FIRST_VERSION && date !== undefined) deployed.set(name, date.getTime());
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);

  const below = `${descriptionsPath(environment)}/`;
  const names = [...texts.keys()].filter((name) => name.startsWith(below) && !name.slice(below.length).includes("/"));
  const applications = names.flatMap((name) => {
    const application = readApplication(environment, name, texts);
    return application === undefined ? [] : { ...application, deployedAt: deployed.get(name) };
  });
  if (applications.length === 0 && names.length > 0) throw unreadable(names);
  return applications;
}

/** Undefined of what does not describe that application: one must not lead to the secrets of another. */
function readApplication(
  environment: Environment,
  parameter: string,
  texts: ReadonlyMap<string, string>,
): DescribedApplication | undefined {
  const description = parse(descriptionSchema, texts.get(parameter));
  if (description === undefined || !isOf(description, environment, parameter)) return undefined;
  const { application } = description;
  const accounts: DescribedAccount[] = [];
  for (let page = 1; page <= description.accountPages; page++) {
    const read = parse(accountPageSchema, texts.get(accountsParameterName(environment, application, page)));
    if (read === undefined) return undefined;
    accounts.push(...read);
  }
  const isOwn = ({ name, secret }: DescribedAccount): boolean =>
    secret === technicalAccountSecretName(environment, application, name);
  return accounts.every(isOwn) ? { description, accounts } : undefined;
}

const isOf = (description: Description, environment: Environment, parameter: string): boolean =>
  description.environment === environment &&
  descriptionParameterName(environment, description.application) === parameter &&
  description.tokenSecret === tokenSecretName(environment, description.application);

function parse<T>(schema: v.GenericSchema<unknown, T>, text: string | undefined): T | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text ?? ""));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(names: readonly string[]): CommandError {
  const [first = "", ...others] = names;
  const more = others.length === 0 ? "" : ` (+ ${others.length})`;
  return new CommandError(
    {
      en: `The SSM parameter ${first}${more} does not describe an application as this version does. Deploy it again with the version of cdktf-piste that you use here.`,
      fr: `Le paramètre SSM ${first}${more} ne décrit pas une application comme le fait cette version. Déployez-la de nouveau avec la version de cdktf-piste que vous utilisez ici.`,
    },
    "operator",
  );
}
