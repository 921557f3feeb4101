/** What programs do with what the constructs grant them, by the SDK that they would use. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { REGION, roleArn } from "./arns";
import { CONSUMERS } from "./everything";
import type { GuardedAws } from "./guarded-aws";
import type { Request } from "./simulator";

/** With the rights of that role or user. */
function clientsOf(aws: GuardedAws, principal: string): { secrets: SecretsManagerClient; lambda: LambdaClient } {
  const accessKeyId = principal.replace(/^.*\//, "");
  aws.callers.set(accessKeyId, { principal });
  const credentials = { accessKeyId, secretAccessKey: "none" };
  const configuration = { endpoint: aws.endpoint, region: REGION, credentials, maxAttempts: 1 };
  return { secrets: new SecretsManagerClient(configuration), lambda: new LambdaClient(configuration) };
}

/** A program may name the stage, or leave it to AWS, as most do. */
export async function readAsPrograms(aws: GuardedAws, principal: string, SecretId: string): Promise<void> {
  const { secrets } = clientsOf(aws, principal);
  await secrets.send(new GetSecretValueCommand({ SecretId }));
  await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: "AWSCURRENT" }));
}

export const READ_SECRETS = {
  [CONSUMERS.token]: ["piste/qualif/chorus-pro/token"],
  [CONSUMERS.account]: [
    "piste/qualif/consumers-own/technical-account/default",
    "piste/qualif/own-role/technical-account/default",
  ],
  [CONSUMERS.accounts]: ["default", "lyon"].map((account) => `piste/qualif/consumers-own/technical-account/${account}`),
};

/** @throws Error when AWS refuses any of it. */
export async function useWhatIsGranted(aws: GuardedAws): Promise<void> {
  for (const [role, names] of Object.entries(READ_SECRETS)) {
    for (const name of names) {
      aws.put(name, "value");
      await readAsPrograms(aws, roleArn(role), name);
    }
  }
  const deposits = clientsOf(aws, roleArn(CONSUMERS.deposits));
  const SecretId = "piste/qualif/chorus-pro/client";
  await deposits.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "value" }));
  for (const [role, name] of [
    [CONSUMERS.refreshes, "piste-qualif-consumers-own-token-refresh"],
    [CONSUMERS.checks, "piste-qualif-consumers-own-connection-check"],
  ] as const) {
    aws.functions.set(name, () => Promise.resolve({}));
    await clientsOf(aws, roleArn(role)).lambda.send(new InvokeCommand({ FunctionName: name }));
  }
}

/**
 * The price of letting a read name no stage: whoever knows the id of a version, which `ListSecretVersionIds` alone tells
 * and no reader may call, reads an old value.
 */
export function toleratedReads(recorded: readonly Request[]): Request[] {
  const versionId = "01234567-89ab-4def-8123-456789abcdef";
  return recorded
    .filter(
      ({ call: { action, context } }) =>
        action === "secretsmanager:GetSecretValue" && Object.keys(context).length === 0,
    )
    .map(({ principal, call }) => ({
      principal,
      call: { ...call, context: { "secretsmanager:VersionId": versionId } },
    }));
}
