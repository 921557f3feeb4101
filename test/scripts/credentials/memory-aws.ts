/**
 * What the commands about credentials meet of AWS, in memory: secrets whose labels are kept as AWS keeps them, and a
 * function that promotes and refreshes.
 */
import { transportTo, type Piste } from "../../../emulator";
import type { Operation } from "../../../lambda/token-refresh/contract";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { clientCredentialsSchema, parseSecret } from "../../../piste/credentials";
import type { Description } from "../../../piste/description";
import { HOSTS } from "../../../piste/environments";
import { requestToken, type TokenResult } from "../../../piste/token-endpoint";
import type { Aws, SecretVersion, StoredValue } from "../../../scripts/command/aws";
import { awsError } from "../../../scripts/command/aws-failure";
import type { DescribedApplication } from "../../../scripts/described-applications";

interface Version {
  readonly versionId: string;
  readonly value: string;
  readonly storedAt: number;
}

interface Secret {
  /** Oldest first. */
  readonly versions: Version[];
  /** Which version carries a label: one at a time. */
  readonly labels: Map<string, string>;
}

const CURRENT = "AWSCURRENT";
const PENDING = "AWSPENDING";
const PREVIOUS = "AWSPREVIOUS";

type Question = keyof Aws;

/** An error as the SDK throws it. */
const sdkError = (name: string, message = name): Error => Object.assign(new Error(message), { name });

const notUsed = (): never => {
  throw new Error("the commands about credentials do not ask this");
};

export class MemoryAws implements Aws {
  readonly secrets = new Map<string, Secret>();
  /** Each question with what it was about; values are left out. */
  readonly asked: string[] = [];
  /** What AWS refuses, and how. */
  readonly refuse = new Map<Question, string>();
  described: DescribedApplication[] = [];
  /** What the function answers instead of doing anything. */
  answer: RunResult | Error | undefined;
  /** What happens in AWS just before the function runs. */
  beforeInvoking: () => void = () => undefined;
  private made = 0;

  constructor(
    private readonly piste: Piste,
    private readonly now: () => number,
  ) {}

  create(...names: readonly string[]): void {
    for (const name of names) this.secrets.set(name, { versions: [], labels: new Map() });
  }

  /** As a person with all rights stores one. */
  put(name: string, value: unknown, labels: readonly string[] = [CURRENT]): string {
    const secret = this.secret(name);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const version = { versionId: `version-${++this.made}`, value: text, storedAt: this.now() };
    secret.versions.push(version);
    for (const label of labels) this.label(secret, label, version.versionId);
    // Whatever it was stored as.
    if (!secret.labels.has(CURRENT)) secret.labels.set(CURRENT, version.versionId);
    return version.versionId;
  }

  /** The value under a label. */
  peek(name: string, label = CURRENT): unknown {
    const { labels, versions } = this.secret(name);
    const value = versions.find(({ versionId }) => versionId === labels.get(label))?.value;
    return value === undefined ? undefined : JSON.parse(value);
  }

  labelsOf(name: string): Record<string, string> {
    return Object.fromEntries(this.secret(name).labels);
  }

  region = (): Promise<string> => Promise.resolve("eu-west-3");
  identity = notUsed;
  clockAheadInMilliseconds = notUsed;
  latestRun = notUsed;
  alarmActions = notUsed;
  subscriptions = notUsed;
  publish = notUsed;

  applications = (): Promise<readonly DescribedApplication[]> =>
    this.ask("applications", "", "ssm:GetParametersByPath", () => this.described);

  versions = (name: string): Promise<readonly SecretVersion[] | undefined> =>
    this.ask("versions", name, "secretsmanager:ListSecretVersionIds", () => {
      const secret = this.secrets.get(name);
      return secret?.versions.map(({ versionId, storedAt }) => ({
        versionId,
        storedAt,
        labels: [...secret.labels].filter(([, on]) => on === versionId).map(([label]) => label),
      }));
    });

  read = (name: string): Promise<StoredValue | undefined> =>
    this.ask("read", name, "secretsmanager:GetSecretValue", () => {
      const secret = this.secrets.get(name);
      return secret?.versions.find(({ versionId }) => versionId === secret.labels.get(CURRENT));
    });

  store = (name: string, value: string, labels: readonly string[]): Promise<string> =>
    this.ask("store", `${name} ${labels.join(" ")}`, "secretsmanager:PutSecretValue", () =>
      this.put(name, value, labels),
    );

  moveLabel = (name: string, label: string, { to, from }: { to?: string; from?: string }): Promise<void> =>
    this.ask("moveLabel", `${name} ${label}`, "secretsmanager:UpdateSecretVersionStage", () => {
      const secret = this.secret(name);
      const carrier = secret.labels.get(label);
      // A label is moved only by who knows where it is.
      if (carrier !== from && (from !== undefined || carrier !== to)) throw sdkError("InvalidParameterException");
      if (to !== undefined) this.label(secret, label, to);
      else if (label === CURRENT) throw sdkError("InvalidParameterException");
      else secret.labels.delete(label);
    });

  invoke = async (application: Description, operation: Operation): Promise<RunResult> => {
    const asked = `${application.application} ${operation}`;
    const run = await this.ask("invoke", asked, "lambda:InvokeFunction", () => {
      this.beforeInvoking();
      if (this.answer instanceof Error) throw this.answer;
      return this.answer ?? (operation === "promote" ? this.promote(application) : this.refresh(application));
    });
    return run;
  };

  private async promote(application: Description): Promise<RunResult> {
    const { clientSecret } = application;
    const secret = this.secret(clientSecret);
    const pending = secret.labels.get(PENDING);
    const version = secret.versions.find(({ versionId }) => versionId === pending);
    const failed = { outcome: "failed", class: "rejected" } as const;
    if (version === undefined) return { ...failed, reason: "nothing-pending", meaning: "Nothing is pending." };
    const result = await this.token(application, version.value);
    if (result === undefined) return { ...failed, reason: "malformed-credentials", meaning: "Cannot be read." };
    if (!result.ok) return failureOf(result);
    this.label(secret, CURRENT, version.versionId);
    secret.labels.delete(PENDING);
    this.put(application.tokenSecret, result.token);
    return { outcome: "refreshed", reason: "promoted", expiresAt: result.token.expires_at };
  }

  private async refresh(application: Description): Promise<RunResult> {
    const value = this.peek(application.clientSecret);
    if (value === undefined)
      return { outcome: "failed", reason: "unconfigured", class: "unconfigured", meaning: "None." };
    const result = await this.token(application, JSON.stringify(value));
    if (result === undefined) throw new Error("not tested here");
    if (!result.ok) return failureOf(result);
    this.put(application.tokenSecret, result.token);
    return { outcome: "refreshed", reason: "requested", expiresAt: result.token.expires_at };
  }

  private async token({ environment, scope }: Description, value: string): Promise<TokenResult | undefined> {
    let credentials;
    try {
      credentials = parseSecret("client", clientCredentialsSchema, value);
    } catch {
      return undefined;
    }
    const endpoint = new URL(HOSTS[environment].tokenEndpoint);
    const issuedAt = Math.floor(this.now() / 1000);
    return requestToken(
      { endpoint, credentials, scope, issuedAt, timeoutInMilliseconds: 1_000 },
      transportTo(this.piste),
    );
  }

  private async ask<T>(
    question: Question,
    about: string,
    permission: string,
    answer: () => T | Promise<T>,
  ): Promise<T> {
    this.asked.push(`${question} ${about}`.trim());
    const action = { en: `do ${question}`, fr: `faire ${question}`, permission };
    const refused = this.refuse.get(question);
    if (refused !== undefined) throw awsError(action, sdkError(refused, `User is not authorized: ${permission}`));
    try {
      return await answer();
    } catch (error) {
      if (error instanceof Error && error.name.endsWith("Exception")) throw awsError(action, error);
      throw error;
    }
  }

  private secret(name: string): Secret {
    const secret = this.secrets.get(name);
    if (secret === undefined) throw sdkError("ResourceNotFoundException", "can't find the specified secret.");
    return secret;
  }

  /** Where the current label was, the previous one is from then on. */
  private label({ labels }: Secret, label: string, versionId: string): void {
    const before = labels.get(label);
    labels.set(label, versionId);
    if (label === CURRENT && before !== undefined && before !== versionId) labels.set(PREVIOUS, before);
  }
}

function failureOf({ diagnosis }: Extract<TokenResult, { readonly ok: false }>): RunResult {
  const { class: failureClass, code, meaning } = diagnosis;
  return { outcome: "failed", reason: code, class: failureClass, meaning };
}
