/** The applications of an environment, from the SSM descriptions of any stack. */
import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { DescriptionError, readBelievedApplication, type BelievedApplication } from "../piste/believed-description";
import type { Environment } from "../piste/environments";
import type { Text } from "../piste/language";
import { descriptionsPath } from "../piste/names";

export interface DescribedApplication extends BelievedApplication {
  /** Epoch milliseconds; unknown once the description has changed, since AWS only dates the latest change. */
  readonly deployedAt?: number | undefined;
}

/** An application whose description is not believed. */
export interface DisbelievedApplication {
  /** From the name of its parameter, which anybody may have chosen. */
  readonly application: string;
  readonly parameter: string;
  /** A sentence that names the parameter and never repeats its value. */
  readonly text: Text;
}

export interface DescribedApplications {
  readonly applications: readonly DescribedApplication[];
  readonly disbelieved: readonly DisbelievedApplication[];
  /** Another region that has some, when this one has none. */
  readonly elsewhere?: string;
}

/** The version of a parameter that was never changed. */
const FIRST_VERSION = 1;

/** One invalid parameter does not hide the others. */
export async function describedApplications(environment: Environment, ssm: SSMClient): Promise<DescribedApplications> {
  const texts = new Map<string, string>();
  const arns = new Map<string, string>();
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
    for (const { Name: name, Value: value, ARN: arn, Version: version, LastModifiedDate: date } of page.Parameters ??
      []) {
      if (name === undefined || value === undefined) continue;
      texts.set(name, value);
      if (arn !== undefined) arns.set(name, arn);
      if (version === FIRST_VERSION && date !== undefined) deployed.set(name, date.getTime());
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);

  const below = `${descriptionsPath(environment)}/`;
  const applications: DescribedApplication[] = [];
  const disbelieved: DisbelievedApplication[] = [];
  for (const name of texts.keys()) {
    const application = name.slice(below.length);
    if (!name.startsWith(below) || application.includes("/")) continue;
    try {
      const believed = await readBelievedApplication(environment, application, {
        read: (parameter) => Promise.resolve(texts.get(parameter)),
        isHere: (arn) => isSamePlace(arn, arns.get(name)),
      });
      applications.push({ ...believed, deployedAt: deployed.get(name) });
    } catch (error) {
      if (!(error instanceof DescriptionError)) throw error;
      const { parameter, why } = error;
      disbelieved.push({
        application,
        parameter,
        text: {
          en: `The SSM parameter ${parameter} is ignored: it ${why.en}.`,
          fr: `Le paramètre SSM ${parameter} n'est pas pris en compte : il ${why.fr}.`,
        },
      });
    }
  }
  return { applications, disbelieved };
}

/** True when both ARNs have the same partition, region and account; AWS gives each parameter's own ARN. */
function isSamePlace(arn: string, parameterArn = ""): boolean {
  const placeOf = (one: string): string => [1, 3, 4].map((part) => one.split(":")[part]).join(":");
  return placeOf(arn) === placeOf(parameterArn);
}
