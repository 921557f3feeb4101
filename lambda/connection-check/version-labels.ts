/** The label that marks a refused password, so that it is never sent again. */
import { DescribeSecretCommand, UpdateSecretVersionStageCommand } from "@aws-sdk/client-secrets-manager";
import { REFUSED_LABEL } from "../../piste/names";
import { platformError, type SecretsClient } from "../shared/secret-store";

export interface CurrentVersion {
  readonly versionId: string;
  /** True if the version carries the label. */
  readonly refused: boolean;
}

export interface VersionLabels {
  /** Undefined when no value is stored yet. */
  current(secretName: string): Promise<CurrentVersion | undefined>;
  /** Puts the label on that version and removes it from any other. */
  markRefused(secretName: string, versionId: string): Promise<void>;
}

export function versionLabels(client: Pick<SecretsClient, "send">): VersionLabels {
  const carrierOf = async (secretName: string): Promise<(label: string) => string | undefined> => {
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretName }));
    const versions = Object.entries(VersionIdsToStages);
    return (label) => versions.find(([, labels]) => labels.includes(label))?.[0];
  };
  return {
    async current(secretName) {
      try {
        const carrier = await carrierOf(secretName);
        const versionId = carrier("AWSCURRENT");
        return versionId === undefined ? undefined : { versionId, refused: carrier(REFUSED_LABEL) === versionId };
      } catch (error) {
        throw platformError("describe", secretName, error);
      }
    },
    async markRefused(secretName, versionId) {
      try {
        // AWS moves a label only if the call names the version that has it.
        const before = (await carrierOf(secretName))(REFUSED_LABEL);
        if (before === versionId) return;
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretName,
            VersionStage: REFUSED_LABEL,
            MoveToVersionId: versionId,
            RemoveFromVersionId: before,
          }),
        );
      } catch (error) {
        throw platformError(`put the label ${REFUSED_LABEL} on version ${versionId} of`, secretName, error);
      }
    },
  };
}
