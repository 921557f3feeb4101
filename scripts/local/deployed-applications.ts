/** What is deployed, as its SSM descriptions say. */
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { accountPageSchema, descriptionSchema, type DescribedAccount, type Description } from "../../piste/description";
import type { Environment } from "../../piste/environments";
import { accountsParameterName, descriptionParameterName } from "../../piste/names";
import { clientConfiguration, type EmulatedPlace } from "./deployed-function";

export interface DeployedApplication {
  readonly description: Description;
  readonly accounts: readonly DescribedAccount[];
}

/** All applications of an environment. */
export async function deployedApplications(
  environment: Environment,
  place: EmulatedPlace,
): Promise<DeployedApplication[]> {
  const ssm = new SSMClient(clientConfiguration(place));
  const values = new Map<string, unknown>();
  let nextToken: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({
        Path: descriptionParameterName(environment, "").replace(/\/$/, ""),
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
