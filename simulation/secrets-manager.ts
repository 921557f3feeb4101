/**
 * Secrets Manager as far as the refresher meets it, with the rules that emulators leave out: stages, idempotent writes,
 * the size of a value and the number of versions. Source: its API reference (PutSecretValue, GetSecretValue) and
 * "AWS Secrets Manager quotas".
 */
interface Version {
  readonly id: string;
  readonly value: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

interface Secret {
  /** Oldest first. */
  versions: Version[];
  current?: Version;
  previous?: Version;
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
}

const MAXIMUM_VALUE_IN_BYTES = 65_536;
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
    this.secrets.set(name, { versions: [] });
  }

  get({ SecretId = "", VersionStage = "AWSCURRENT" }: GetInput): GetOutput {
    const secret = this.secret(SecretId);
    const stages: Partial<Record<string, Version>> = { AWSCURRENT: secret.current, AWSPREVIOUS: secret.previous };
    const version = stages[VersionStage];
    if (version === undefined) {
      throw awsError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
      );
    }
    return { SecretString: version.value, CreatedDate: new Date(version.createdAt), VersionId: version.id };
  }

  put({ SecretId = "", SecretString = "", ClientRequestToken }: PutInput): void {
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
    const version = { id, value: SecretString, createdAt: this.now() };
    secret.versions.push(version);
    secret.previous = secret.current;
    secret.current = version;
  }

  /** The current value, as a person in the console sees it. */
  peek(name: string): string | undefined {
    return this.secret(name).current?.value;
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

  /** AWS removes versions that have no stage, but none that is younger than 24 hours. */
  private forgetOldVersions(secret: Secret): void {
    const since = this.now() - DAY_IN_MILLISECONDS;
    secret.versions = secret.versions.filter(
      (version) => version.createdAt > since || version === secret.current || version === secret.previous,
    );
  }
}
