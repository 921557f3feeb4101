/** The secrets of the emulated AWS, as it has them. */
import { GetResourcePolicyCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import { REGION, type Workshop } from "./local-tools";

export const secretsOf = ({ endpoint }: Workshop): SecretsManagerClient =>
  new SecretsManagerClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });

export async function secretNames(workshop: Workshop): Promise<string[]> {
  const { SecretList = [] } = await secretsOf(workshop).send(new ListSecretsCommand({}));
  return SecretList.map(({ Name }) => Name ?? "").sort();
}

/** The ids of what the secret's own policy says, as AWS has it. */
export async function policyOf(workshop: Workshop, secret: string): Promise<string[]> {
  const { ResourcePolicy } = await secretsOf(workshop).send(new GetResourcePolicyCommand({ SecretId: secret }));
  const { Statement = [] } = JSON.parse(ResourcePolicy ?? "{}") as { Statement?: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid);
}
