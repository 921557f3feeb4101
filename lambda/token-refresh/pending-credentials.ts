/**
 * Client credentials that a person has stored as pending, beside the current ones. Each move of a label names the
 * version it was on, so AWS refuses it after a concurrent move. After an error the labels are read again, because the
 * move may have succeeded and only its answer been lost.
 */
import { DescribeSecretCommand, UpdateSecretVersionStageCommand } from "@aws-sdk/client-secrets-manager";
import {
  CURRENT,
  isNotFound,
  platformError,
  readVersion,
  type SecretsClient,
  type StoredSecret,
} from "../shared/secret-store";

const PENDING = "AWSPENDING";

/** The versions that carry the two labels; one version may carry both. */
export interface Labels {
  readonly current: string | undefined;
  readonly pending: string | undefined;
}

export interface PendingCredentials {
  labels(secretName: string): Promise<Labels>;
  /** The pending version, if any. */
  read(secretName: string): Promise<StoredSecret | undefined>;
  /**
   * Moves AWSCURRENT to that version from the one that had it when the labels were read.
   *
   * @returns false when a third version has become current meanwhile.
   */
  makeCurrent(secretName: string, versionId: string, insteadOf: string | undefined): Promise<boolean>;
  /** Removes AWSPENDING from that version; does nothing when it is on another one. */
  unstage(secretName: string, versionId: string): Promise<void>;
}

export function pendingCredentials(client: SecretsClient): PendingCredentials {
  const labels = async (secretName: string): Promise<Labels> => {
    try {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretName }));
      const versions = Object.entries(VersionIdsToStages);
      const carrierOf = (label: string): string | undefined => versions.find(([, on]) => on.includes(label))?.[0];
      return { current: carrierOf(CURRENT), pending: carrierOf(PENDING) };
    } catch (error) {
      throw platformError("describe", secretName, error);
    }
  };
  return {
    labels,
    async read(secretName) {
      try {
        return await readVersion(client, secretName, PENDING);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw platformError("read the pending version of", secretName, error);
      }
    },
    async makeCurrent(secretName, versionId, insteadOf) {
      if (versionId === insteadOf) return true;
      try {
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretName,
            VersionStage: CURRENT,
            MoveToVersionId: versionId,
            RemoveFromVersionId: insteadOf,
          }),
        );
        return true;
      } catch (error) {
        const { current } = await labels(secretName);
        if (current === versionId) return true;
        if (current !== insteadOf) return false;
        throw platformError("make the pending version the current one of", secretName, error);
      }
    },
    async unstage(secretName, versionId) {
      try {
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretName,
            VersionStage: PENDING,
            RemoveFromVersionId: versionId,
          }),
        );
      } catch (error) {
        const { pending } = await labels(secretName);
        if (pending === versionId) throw platformError(`take the label ${PENDING} off`, secretName, error);
      }
    },
  };
}
