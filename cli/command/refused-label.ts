/**
 * The label that keeps a password which Chorus Pro refused from being sent again. It is on one version at a time: on
 * another one it only says what became of a former password.
 */
import type { Text } from "../../piste/language";
import { REFUSED_LABEL } from "../../piste/names";
import type { Aws, SecretVersion } from "./aws";
import { AwsError } from "./aws-failure";

export const isRefused = ({ labels }: Pick<SecretVersion, "labels">): boolean => labels.includes(REFUSED_LABEL);

/** The version that carries the label, as far as that could be seen. */
export const refusedVersion = (versions: readonly SecretVersion[] | undefined): string | undefined =>
  versions?.find(isRefused)?.versionId;

export interface Labelled {
  readonly secret: string;
  readonly versionId: string;
  /** As {@link refusedVersion} found it. */
  readonly labelled: string | undefined;
}

/** `as-it-was`: nothing had to be done. Otherwise it is done, or this is why AWS did not do it. */
export type Labelling = "as-it-was" | "done" | Text;

/** Marks the version, so that its password is never sent again. */
export async function markRefused(aws: Aws, { secret, versionId, labelled }: Labelled): Promise<Labelling> {
  if (versionId === labelled) return "as-it-was";
  const from = labelled === undefined ? {} : { from: labelled };
  return tried(() => aws.moveLabel(secret, REFUSED_LABEL, { to: versionId, ...from }));
}

/** Chorus Pro takes the password of this version after all, so it may be sent. */
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
