/** What the function does with the values of Secrets Manager, and nothing else of it. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";

import { printable } from "../../piste/printable";
import { answerDate } from "../../piste/answer-date";
import { withoutQuotes } from "../../piste/json";
import { CHECKED_TLS } from "../../piste/tls";

export interface StoredSecret {
  readonly value: string;
  /** Epoch seconds, by AWS's clock. */
  readonly storedAt: number;
  /** The request token of the write that made this version, or AWS's own choice when it had none. */
  readonly versionId: string;
}

export interface SecretStore {
  /**
   * The current value; undefined when none was stored yet.
   *
   * @param secret `mustExist`: an absent secret is our side's failure, not an empty one's.
   */
  read(name: string, secret?: "mustExist"): Promise<StoredSecret | undefined>;
  /**
   * @param requestToken makes the same write twice one version.
   * @returns false when another value was stored with that token: then nothing is written.
   */
  write(name: string, value: string, requestToken: string): Promise<boolean>;
  /** AWS's clock in its latest answer, also when that was that there is no value. Epoch seconds. */
  answeredAt(): number | undefined;
}

/** AWS's own are a few hundred characters. */
const LONGEST_MESSAGE = 2_000;

/** AWS refused or did not answer: our side, so the function fails and Lambda's own error metric counts it. */
export class PlatformError extends Error {
  override readonly name = "PlatformError";

  /** @param message may be somebody else's words: Lambda logs it, too. */
  constructor(message: string, options?: ErrorOptions) {
    super(printable(message).slice(0, LONGEST_MESSAGE), options);
  }
}

/** Always named: the stage decides which version is read, not what AWS takes as the default. */
export const CURRENT = "AWSCURRENT";

/** Two tries of three seconds at most for each call, so that reads, PISTE and the write fit into a tick. */
export const SECRETS_CLIENT_CONFIGURATION: SecretsManagerClientConfig = {
  maxAttempts: 2,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpsAgent: CHECKED_TLS,
  },
};

export const isNotFound = (error: unknown): error is Error =>
  error instanceof Error && error.name === "ResourceNotFoundException";

/**
 * AWS says "can't find the specified secret value for staging label" of an empty secret and "can't find the specified
 * secret" of an absent one; some emulators say the latter of both when the stage is named.
 */
const saysNoValue = (error: Error): boolean => error.message.includes("secret value");

export function platformError(action: string, name: string, thrown: unknown): PlatformError {
  const cause = withoutQuotes(thrown);
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown";
  return new PlatformError(`cannot ${action} the secret ${name}: ${reason}`, { cause });
}

/** What is used of an AWS client, so that a simulation can bring its own Secrets Manager. */
export interface SecretsClient extends Pick<SecretsManagerClient, "send"> {
  /** AWS's clock in its latest answer, a refusal included, in epoch seconds. */
  answeredAt(): number | undefined;
}

/** The SDK's client, which keeps the time of an answer to itself. */
export function awsSecretsClient(more: SecretsManagerClientConfig = {}): SecretsClient {
  const client = new SecretsManagerClient({ ...SECRETS_CLIENT_CONFIGURATION, ...more });
  let answeredAt: number | undefined;
  client.middlewareStack.add(
    (next) => async (call) => {
      const result = await next(call);
      const milliseconds = answerDate(result.response);
      answeredAt = milliseconds === undefined ? undefined : milliseconds / 1000;
      return result;
    },
    { step: "deserialize", name: "answerDate" },
  );
  return Object.assign(client, { answeredAt: () => answeredAt });
}

export async function readVersion(client: SecretsClient, name: string, stage: string): Promise<StoredSecret> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: name, VersionStage: stage }));
  return {
    value: answer.SecretString ?? "",
    storedAt: Math.floor((answer.CreatedDate?.getTime() ?? 0) / 1000),
    versionId: answer.VersionId ?? "",
  };
}

export function secretStore(client: SecretsClient = awsSecretsClient()): SecretStore {
  // Not by a read that names no stage: the function's role may read only what it names.
  const isAbsent = async (name: string, error: Error): Promise<boolean> => {
    if (saysNoValue(error)) return false;
    return client.send(new DescribeSecretCommand({ SecretId: name })).then(
      () => false,
      () => true,
    );
  };
  return {
    async read(name, secret) {
      try {
        return await readVersion(client, name, CURRENT);
      } catch (error) {
        if (!isNotFound(error)) throw platformError("read", name, error);
        if (secret === "mustExist" && (await isAbsent(name, error))) throw platformError("read", name, error);
        return undefined;
      }
    },
    async write(name, value, requestToken) {
      try {
        await client.send(
          new PutSecretValueCommand({ SecretId: name, SecretString: value, ClientRequestToken: requestToken }),
        );
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceExistsException") return false;
        throw platformError("write", name, error);
      }
    },
    answeredAt: () => client.answeredAt(),
  };
}
