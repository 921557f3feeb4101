/** Calls that programs make with the constructs' grants, through the SDK. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { REGION, roleArn } from "./arns";
import { CONSUMERS } from "./everything";
import type { GuardedAws } from "./guarded-aws";
import type { Request } from "./simulator";

function clientsOf(aws: GuardedAws, principal: string): { secrets: SecretsManagerClient; lambda: LambdaClient } {
  const accessKeyId = principal.replace(/^.*\//, "");
  aws.callers.set(accessKeyId, { principal });
  const credentials = { accessKeyId, secretAccessKey: "none" };
  const configuration = { endpoint: aws.endpoint, region: REGION, credentials, maxAttempts: 1 };
  return { secrets: new SecretsManagerClient(configuration), lambda: new LambdaClient(configuration) };
}

/** With the stage, and without it, as most programs do. */
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

export async function useGrants(aws: GuardedAws): Promise<void> {
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
 * The price of allowing reads without a stage: a principal that knows a version's id can read an old value. Only
 * `ListSecretVersionIds` returns these ids, and no reader may call it.
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
