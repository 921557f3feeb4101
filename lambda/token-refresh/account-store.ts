/** The two things the function asks AWS about technical accounts, and nothing else: never a secret's value. */
import {
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsResponse,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { withoutQuotes } from "../../piste/json";
import type { SecretVersion } from "../../piste/password-age";
import { CURRENT, PlatformError } from "../shared/secret-store";

export interface AccountStore {
  /** The text of an SSM parameter; AWS's own error is thrown. */
  readParameter(name: string): Promise<string>;
  /** The labels of a secret's current version and its date; undefined when no value was stored yet. */
  currentVersion(secretName: string): Promise<SecretVersion | undefined>;
}

/** AWS has had too many calls at once, ours or another program's: later it answers. */
export class ThrottledError extends PlatformError {}

const THROTTLED = ["ThrottlingException", "TooManyRequestsException"];

export interface AccountClients {
  readonly secrets: Pick<SecretsManagerClient, "send">;
  readonly readParameter: AccountStore["readParameter"];
}

function platformError(action: string, thrown: unknown): PlatformError {
  const cause = withoutQuotes(thrown);
  const [name, message] = cause instanceof Error ? [cause.name, cause.message] : ["unknown", ""];
  const Kind = THROTTLED.includes(name) ? ThrottledError : PlatformError;
  return new Kind(`cannot ${action}: ${name}: ${message}`, { cause });
}

export function accountStore({ secrets, readParameter }: AccountClients): AccountStore {
  const list = async (name: string, page?: string): Promise<ListSecretVersionIdsResponse> => {
    try {
      return await secrets.send(new ListSecretVersionIdsCommand({ SecretId: name, NextToken: page }));
    } catch (cause) {
      throw platformError(`list the versions of the secret ${name}`, cause);
    }
  };
  return {
    readParameter,
    async currentVersion(name) {
      let page: string | undefined;
      do {
        const answer = await list(name, page);
        const current = answer.Versions?.find(({ VersionStages }) => VersionStages?.includes(CURRENT));
        if (current !== undefined) {
          const { VersionStages: labels = [], CreatedDate } = current;
          if (CreatedDate === undefined) throw new PlatformError(`AWS gives no date for a version of ${name}`);
          return { labels, storedAt: CreatedDate.getTime() };
        }
        // Some emulators end with an empty token.
        page = answer.NextToken === "" ? undefined : answer.NextToken;
      } while (page !== undefined);
      return undefined;
    },
  };
}
