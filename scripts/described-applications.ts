/** The applications of an environment, as the SSM descriptions of whatever stack made them say. */
import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { accountPageSchema, descriptionSchema, type DescribedAccount, type Description } from "../piste/description";
import type { Environment } from "../piste/environments";
import { accountsParameterName, descriptionsPath } from "../piste/names";

export interface DescribedApplication {
  readonly description: Description;
  readonly accounts: readonly DescribedAccount[];
}

export async function describedApplications(environment: Environment, ssm: SSMClient): Promise<DescribedApplication[]> {
  const values = new Map<string, unknown>();
  let nextToken: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({
        Path: descriptionsPath(environment),
        Recursive: true,
        NextToken: nextToken,
      }),
    );
    for (const { Name: name, Value: value } of page.Parameters ?? []) {
      if (name !== undefined && value !== undefined) values.set(name, JSON.parse(value));
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);

  const descriptions = [...values.values()].flatMap((value) => {
    const parsed = v.safeParse(descriptionSchema, value);
    return parsed.success ? [parsed.output] : [];
  });
  return descriptions.map((description) => ({
    description,
    accounts: Array.from({ length: description.accountPages }, (_, index) =>
      v.parse(accountPageSchema, values.get(accountsParameterName(environment, description.application, index + 1))),
    ).flat(),
  }));
}
