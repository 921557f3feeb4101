/** The applications deployed in an emulated AWS. */
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Environment } from "../../piste/environments";
import { describedApplications, type DescribedApplication } from "../../cli/described-applications";
import { clientConfiguration, type LocalAws } from "../../aws/local/deployed-function";

export type DeployedApplication = DescribedApplication;

/**
 * All applications of an environment.
 *
 * @throws Error when a description is not one of this version.
 */
export async function deployedApplications(environment: Environment, place: LocalAws): Promise<DeployedApplication[]> {
  const { applications, disbelieved } = await describedApplications(
    environment,
    new SSMClient(clientConfiguration(place)),
  );
  const [first] = disbelieved;
  if (first !== undefined) throw new Error(first.text.en);
  return [...applications];
}
