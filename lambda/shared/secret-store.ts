/** Reads and writes secret values in Secrets Manager. */
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
  /** The request token of the write, or an ID that AWS chose. */
  readonly versionId: string;
}

export interface SecretStore {
  /**
   * The current value; undefined when none is stored yet.
   *
   * @param secret `mustExist`: throws when the secret itself does not exist.
   */
  read(name: string, secret?: "mustExist"): Promise<StoredSecret | undefined>;
  /**
   * @param requestToken makes the write idempotent.
   * @returns false when a different value was already stored with that token: nothing is written.
   */
  write(name: string, value: string, requestToken: string): Promise<boolean>;
  /** AWS's time in its latest answer, errors included. Epoch seconds. */
  answeredAt(): number | undefined;
}

/** AWS's own messages have a few hundred characters. */
const LONGEST_MESSAGE = 2_000;

/** AWS refused or did not answer. The function fails, so Lambda's `Errors` metric counts it. */
export class PlatformError extends Error {
  override readonly name = "PlatformError";

  /** @param message may come from another server, and Lambda logs it. */
  constructor(message: string, options?: ErrorOptions) {
    super(printable(message).slice(0, LONGEST_MESSAGE), options);
  }
}

/** Always passed explicitly, so that no default of AWS decides which version is read. */
export const CURRENT = "AWSCURRENT";

/** At most two attempts of three seconds a call, so that reads, PISTE and the write fit into a tick. */
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
 * For an empty secret AWS says "can't find the specified secret value for staging label", for an absent one "can't find
 * the specified secret". Some emulators use the latter for both.
 */
const isEmptySecret = (error: Error): boolean => error.message.includes("secret value");

export function platformError(action: string, name: string, thrown: unknown): PlatformError {
  const cause = withoutQuotes(thrown);
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown";
  return new PlatformError(`cannot ${action} the secret ${name}: ${reason}`, { cause });
}

/** The used part of the SDK's client: a simulation replaces it with its own Secrets Manager. */
export interface SecretsClient extends Pick<SecretsManagerClient, "send"> {
  /** AWS's time in its latest answer, errors included. Epoch seconds. */
  answeredAt(): number | undefined;
}

/** The SDK's client, extended with the time of the latest answer. */
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
  // A read without a stage cannot tell: the function's role may read only named stages.
  const isAbsent = async (name: string, error: Error): Promise<boolean> => {
    if (isEmptySecret(error)) return false;
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
