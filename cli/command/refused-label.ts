/**
 * The label of a password that Chorus Pro refused, so that it is not sent again. AWS keeps a label on one version at a
 * time; on a version that is not current it has no effect.
 */
import type { Text } from "../../piste/language";
import { REFUSED_LABEL } from "../../piste/names";
import type { Aws, SecretVersion } from "./aws";
import { AwsError } from "./aws-failure";

export const isRefused = ({ labels }: Pick<SecretVersion, "labels">): boolean => labels.includes(REFUSED_LABEL);

/** The version with the label; undefined when there is none or the versions are unknown. */
export const refusedVersion = (versions: readonly SecretVersion[] | undefined): string | undefined =>
  versions?.find(isRefused)?.versionId;

export interface Labelled {
  readonly secret: string;
  readonly versionId: string;
  /** As {@link refusedVersion} found it. */
  readonly labelled: string | undefined;
}

/** `as-it-was`: no change was needed. A text says why AWS refused. */
export type Labelling = "as-it-was" | "done" | Text;

/** Marks the version, so that its password is never sent again. */
export async function markRefused(aws: Aws, { secret, versionId, labelled }: Labelled): Promise<Labelling> {
  if (versionId === labelled) return "as-it-was";
  const from = labelled === undefined ? {} : { from: labelled };
  return tried(() => aws.moveLabel(secret, REFUSED_LABEL, { to: versionId, ...from }));
}

/** Removes the mark: Chorus Pro accepts the password after all. */
export async function unmarkRefused(aws: Aws, { secret, versionId, labelled }: Labelled): Promise<Labelling> {
  if (versionId !== labelled) return "as-it-was";
  return tried(() => aws.moveLabel(secret, REFUSED_LABEL, { from: versionId }));
}

async function tried(move: () => Promise<void>): Promise<Labelling> {
  try {
    await move();
    return "done";
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.text;
  }
}
