/** The versions of a secret, without their values. */
import {
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsResponse,
  type SecretsManagerClient,
  type SecretVersionsListEntry,
} from "@aws-sdk/client-secrets-manager";
import { withoutQuotes } from "../../piste/json";
import { PlatformError } from "../shared/secret-store";

/** AWS throttled the call: try again later. */
export class ThrottledError extends PlatformError {}

const THROTTLED = ["ThrottlingException", "TooManyRequestsException"];

export function awsFailure(action: string, thrown: unknown): PlatformError {
  const cause = withoutQuotes(thrown);
  const [name, message] = cause instanceof Error ? [cause.name, cause.message] : ["unknown", ""];
  const Kind = THROTTLED.includes(name) ? ThrottledError : PlatformError;
  return new Kind(`cannot ${action}: ${name}: ${message}`, { cause });
}

/**
 * Page by page, in AWS's order.
 *
 * @param deprecated true to include versions without a label.
 */
export async function* listVersions(
  client: Pick<SecretsManagerClient, "send">,
  name: string,
  deprecated: boolean,
): AsyncGenerator<SecretVersionsListEntry> {
  let page: string | undefined;
  do {
    let answer: ListSecretVersionIdsResponse;
    try {
      answer = await client.send(
        new ListSecretVersionIdsCommand({
          SecretId: name,
          NextToken: page,
          ...(deprecated && { IncludeDeprecated: true }),
        }),
      );
    } catch (cause) {
      throw awsFailure(`list the versions of the secret ${name}`, cause);
    }
    yield* answer.Versions ?? [];
    // Some emulators return an empty token at the end.
    page = answer.NextToken === "" ? undefined : answer.NextToken;
  } while (page !== undefined);
}

/** A stored version; AWS keeps it for at least a day. */
export interface VersionDate {
  readonly versionId: string;
  /** Epoch seconds, by AWS's clock. */
  readonly storedAt: number;
}

/** Lists all versions of a secret. @throws PlatformError */
export type ListVersionDates = (secretName: string) => Promise<VersionDate[]>;

export function versionDates(client: Pick<SecretsManagerClient, "send">): ListVersionDates {
  return async (secretName) => {
    const dates: VersionDate[] = [];
    for await (const { VersionId = "", CreatedDate } of listVersions(client, secretName, true)) {
      dates.push({ versionId: VersionId, storedAt: Math.floor((CreatedDate?.getTime() ?? 0) / 1000) });
    }
    return dates;
  };
}
