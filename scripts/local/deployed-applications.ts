/** What is deployed into an emulated AWS. */
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Environment } from "../../piste/environments";
import { describedApplications, type DescribedApplication } from "../../cli/described-applications";
import { clientConfiguration, type LocalAws } from "../../aws/local/deployed-function";

export type DeployedApplication = DescribedApplication;

/** All applications of an environment. */
export function deployedApplications(environment: Environment, place: LocalAws): Promise<DeployedApplication[]> {
  return describedApplications(environment, new SSMClient(clientConfiguration(place)));
}
