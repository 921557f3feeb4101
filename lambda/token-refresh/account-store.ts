/** Reads technical accounts' descriptions and version labels from AWS, never a secret's value. */
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SecretVersion } from "../../piste/password-age";
import { CURRENT, PlatformError } from "../shared/secret-store";
import { listVersions } from "./secret-versions";

export interface AccountStore {
  /** The text of an SSM parameter. AWS's errors pass through. */
  readParameter(name: string): Promise<string>;
  /** The labels and date of a secret's current version; undefined when no value is stored yet. */
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
