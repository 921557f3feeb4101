/** The two things the function asks AWS about technical accounts, and nothing else: never a secret's value. */
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SecretVersion } from "../../piste/password-age";
import { CURRENT, PlatformError } from "../shared/secret-store";
import { listVersions } from "./secret-versions";

export interface AccountStore {
  /** The text of an SSM parameter; AWS's own error is thrown. */
  readParameter(name: string): Promise<string>;
  /** The labels of a secret's current version and its date; undefined when no value was stored yet. */
  currentVersion(secretName: string): Promise<SecretVersion | undefined>;
}

export interface AccountClients {
  readonly secrets: Pick<SecretsManagerClient, "send">;
  readonly readParameter: AccountStore["readParameter"];
}

export function accountStore({ secrets, readParameter }: AccountClients): AccountStore {
  return {
    readParameter,
    async currentVersion(name) {
      for await (const { VersionStages: labels = [], CreatedDate } of listVersions(secrets, name, false)) {
        if (!labels.includes(CURRENT)) continue;
        if (CreatedDate === undefined) throw new PlatformError(`AWS gives no date for a version of ${name}`);
        return { labels, storedAt: CreatedDate.getTime() };
      }
      return undefined;
    },
  };
}
