/**
 * A model of Secrets Manager for the refresher, with rules that emulators omit: stages, idempotent writes, the size of a
 * value and the number of versions. Source: its API reference (PutSecretValue, GetSecretValue,
 * DescribeSecret, UpdateSecretVersionStage) and "AWS Secrets Manager quotas".
 */
export interface Version {
  readonly id: string;
  readonly value: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

interface Secret {
  /** Oldest first. */
  versions: Version[];
  /** The version that has the label. */
  readonly labels: Map<string, Version>;
}

export interface GetInput {
  readonly SecretId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

export interface GetOutput {
  readonly SecretString: string;
  readonly CreatedDate: Date;
  readonly VersionId: string;
}

export interface PutInput {
  readonly SecretId?: string | undefined;
  readonly SecretString?: string | undefined;
  readonly ClientRequestToken?: string | undefined;
  readonly VersionStages?: readonly string[] | undefined;
}

export interface DescribeInput {
  readonly SecretId?: string | undefined;
}

export interface DescribeOutput {
  /** Versions with a label; absent if there are none. */
  readonly VersionIdsToStages?: Record<string, string[]>;
}

export interface ListInput extends DescribeInput {
  readonly IncludeDeprecated?: boolean | undefined;
}

export interface ListedVersion {
  readonly VersionId: string;
  readonly VersionStages: string[];
  readonly CreatedDate: Date;
}

export interface MoveInput {
  readonly SecretId?: string | undefined;
  readonly VersionStage?: string | undefined;
  readonly MoveToVersionId?: string | undefined;
  readonly RemoveFromVersionId?: string | undefined;
}

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

export const MAXIMUM_VALUE_IN_BYTES = 65_536;
/** "Labels attached across all versions of a secret": "AWS Secrets Manager quotas". */
const MAXIMUM_LABELS = 20;
export const MAXIMUM_VERSIONS = 100;
const DAY_IN_MILLISECONDS = 24 * 60 * 60 * 1000;

/** An error as the SDK throws it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

export class SecretsManagerModel {
  private readonly secrets = new Map<string, Secret>();
  private versionsMade = 0;

  /** @param now epoch milliseconds. */
  constructor(private readonly now: () => number) {}

  create(name: string): void {
    this.secrets.set(name, { versions: [], labels: new Map() });
  }

  /** Without a recovery window. */
  delete(name: string): void {
    this.secrets.delete(name);
  }

  get({ SecretId = "", VersionStage = CURRENT }: GetInput): GetOutput {
    const version = this.secret(SecretId).labels.get(VersionStage);
    if (version === undefined) {
      throw awsError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
      );
    }
    return { SecretString: version.value, CreatedDate: new Date(version.createdAt), VersionId: version.id };
  }

  put({ SecretId = "", SecretString = "", ClientRequestToken, VersionStages = [CURRENT] }: PutInput): void {
    const secret = this.secret(SecretId);
    if (Buffer.byteLength(SecretString) > MAXIMUM_VALUE_IN_BYTES) throw awsError("ValidationException");
    const id = ClientRequestToken ?? `made-by-aws-${++this.versionsMade}`;
    const same = secret.versions.find((version) => version.id === id);
    if (same !== undefined) {
      if (same.value === SecretString) return;
      throw awsError("ResourceExistsException");
    }
    this.forgetOldVersions(secret);
    if (secret.versions.length >= MAXIMUM_VERSIONS) throw awsError("LimitExceededException");
    const labels = new Set([
      ...secret.labels.keys(),
      ...VersionStages,
      ...(secret.labels.has(CURRENT) ? [PREVIOUS] : []),
    ]);
    if (labels.size > MAXIMUM_LABELS) throw awsError("LimitExceededException");
    const version = { id, value: SecretString, createdAt: this.now() };
    secret.versions.push(version);
    for (const label of VersionStages) this.label(secret, label, version);
    // The first version becomes current, whatever its stages.
    if (!secret.labels.has(CURRENT)) secret.labels.set(CURRENT, version);
  }

  describe({ SecretId = "" }: DescribeInput): DescribeOutput {
    const stages: Record<string, string[]> = {};
    for (const [label, { id }] of this.secret(SecretId).labels) (stages[id] ??= []).push(label);
    return Object.keys(stages).length === 0 ? {} : { VersionIdsToStages: stages };
  }

  /** ListSecretVersionIds, as one page: versions with a label, or all. */
  list({ SecretId = "", IncludeDeprecated = false }: ListInput): ListedVersion[] {
    const { VersionIdsToStages = {} } = this.describe({ SecretId });
    return this.secret(SecretId).versions.flatMap(({ id, createdAt }) => {
      const stages = VersionIdsToStages[id] ?? [];
      if (stages.length === 0 && !IncludeDeprecated) return [];
      return [{ VersionId: id, VersionStages: stages, CreatedDate: new Date(createdAt) }];
    });
  }

  /** UpdateSecretVersionStage. */
  move({ SecretId = "", VersionStage = "", MoveToVersionId, RemoveFromVersionId }: MoveInput): void {
    const secret = this.secret(SecretId);
    const versionOf = (id: string | undefined): Version | undefined => {
      if (id === undefined) return undefined;
      const found = secret.versions.find((version) => version.id === id);
      if (found === undefined) throw awsError("ResourceNotFoundException", `there is no version ${id}`);
      return found;
    };
    const to = versionOf(MoveToVersionId);
    const from = versionOf(RemoveFromVersionId);
    const carrier = secret.labels.get(VersionStage);
    // AWS moves a label only if the request names the version that has it.
    if (carrier !== from && (from !== undefined || carrier !== to)) {
      throw awsError("InvalidParameterException", `${VersionStage} is on version ${carrier?.id ?? "none"}`);
    }
    if (to !== undefined) this.label(secret, VersionStage, to);
    else if (VersionStage === CURRENT) throw awsError("InvalidParameterException", `${CURRENT} can only be moved`);
    else secret.labels.delete(VersionStage);
  }

  /** The current version, without a call that counts as a read. */
  current(name: string): Version | undefined {
    return this.secret(name).labels.get(CURRENT);
  }

  /** The current value, as a person in the console sees it. */
  peek(name: string): string | undefined {
    return this.current(name)?.value;
  }

  versionsOfLastDay(name: string): number {
    const since = this.now() - DAY_IN_MILLISECONDS;
    return this.secret(name).versions.filter(({ createdAt }) => createdAt > since).length;
  }

  private secret(name: string): Secret {
    const secret = this.secrets.get(name);
    if (secret === undefined) {
      throw awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  /** The version that loses AWSCURRENT gets AWSPREVIOUS. */
  private label({ labels }: Secret, label: string, version: Version): void {
    const before = labels.get(label);
    labels.set(label, version);
    if (label === CURRENT && before !== undefined && before !== version) labels.set(PREVIOUS, before);
  }

  /** AWS removes versions without a stage once they are 24 hours old. */
  private forgetOldVersions(secret: Secret): void {
    const since = this.now() - DAY_IN_MILLISECONDS;
    const labelled = new Set(secret.labels.values());
    secret.versions = secret.versions.filter((version) => version.createdAt > since || labelled.has(version));
  }
}
