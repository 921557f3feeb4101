/** The secrets of the emulated AWS. */
import { GetResourcePolicyCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import { REGION, type Fixture } from "./fixture";

export const secretsOf = ({ endpoint }: Fixture): SecretsManagerClient =>
  new SecretsManagerClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });

export async function secretNames(fixture: Fixture): Promise<string[]> {
  const { SecretList = [] } = await secretsOf(fixture).send(new ListSecretsCommand({}));
  return SecretList.map(({ Name }) => Name ?? "").sort();
}

/** The statement ids of the secret's policy in AWS. */
export async function policyOf(fixture: Fixture, secret: string): Promise<string[]> {
  const { ResourcePolicy } = await secretsOf(fixture).send(new GetResourcePolicyCommand({ SecretId: secret }));
  const { Statement = [] } = JSON.parse(ResourcePolicy ?? "{}") as { Statement?: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid);
}
