/** Reads from AWS Secrets Manager with the AWS SDK (in Lambda, the runtime's own), loaded at the first read. */
import type * as Sdk from "@aws-sdk/client-secrets-manager";
import { answerDate } from "../piste/answer-date";
import { LAMBDA_VARIABLE } from "../piste/names";
import type * as Tls from "../piste/tls";
import type { SecretSource } from "./secret-source";

/** The AWS SDK could not be loaded. */
class NoSdkError extends Error {
  override readonly name = "NoSdkError";
}

async function loadSdk(): Promise<typeof Sdk> {
  try {
    // Twice as fast as `import()`, which is the fallback in a bundle of ES modules.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require("@aws-sdk/client-secrets-manager") as typeof Sdk;
  } catch {
    return import("@aws-sdk/client-secrets-manager").catch((cause: unknown) => {
      throw new NoSdkError("@aws-sdk/client-secrets-manager cannot be loaded", { cause });
    });
  }
}

export interface SecretsManagerOptions {
  /** @default - the region in the secret's ARN, or else AWS_REGION or the AWS configuration */
  readonly region?: string;
}

const REGION_OF_ARN = /^arn:[^:]+:secretsmanager:([a-z0-9-]+):/;

/** At most two attempts of three seconds, so that callers do not wait long for a token. */
const CLIENT_CONFIGURATION = { maxAttempts: 2 } as const;
const REQUEST_HANDLER = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true } as const;

/** Loaded at the first read, as for calls. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const checkedTls = () => (require("../piste/tls") as typeof Tls).CHECKED_TLS;

/**
 * In Lambda the credentials are in environment variables: passing them saves the SDK's search at a cold start.
 * Elsewhere the SDK searches.
 */
function lambdaCredentials(): Pick<Sdk.SecretsManagerClientConfig, "credentials"> {
  const {
    [LAMBDA_VARIABLE]: functionName,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (functionName === undefined || !accessKeyId || !secretAccessKey || !sessionToken) return {};
  return { credentials: () => Promise.resolve({ accessKeyId, secretAccessKey, sessionToken }) };
}

/** Reads from AWS Secrets Manager with the credentials that the AWS SDK finds. */
export function fromSecretsManager({ region: given }: SecretsManagerOptions = {}): SecretSource {
  const clients = new Map<string | undefined, Sdk.SecretsManagerClient>();
  return async (secretId) => {
    const { SecretsManagerClient, GetSecretValueCommand } = await loadSdk();
    const region = given ?? REGION_OF_ARN.exec(secretId)?.[1];
    const client =
      clients.get(region) ??
      new SecretsManagerClient({
        ...CLIENT_CONFIGURATION,
        requestHandler: { ...REQUEST_HANDLER, httpsAgent: checkedTls() },
        ...lambdaCredentials(),
        ...(region !== undefined && { region }),
      });
    clients.set(region, client);
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: "AWSCURRENT" });
    let answeredAt: number | undefined;
    command.middlewareStack.add(
      (next) => async (call) => {
        const result = await next(call);
        answeredAt = answerDate(result.response);
        return result;
      },
      { step: "deserialize", name: "answerDate" },
    );
    const answer = await client.send(command);
    return {
      value: answer.SecretString ?? "",
      versionId: answer.VersionId,
      labels: answer.VersionStages,
      storedAt: seconds(answer.CreatedDate?.getTime()),
      answeredAt: seconds(answeredAt),
    };
  };
}

const seconds = (milliseconds = NaN): number | undefined =>
  Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
