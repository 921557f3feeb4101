/**
 * AWS in memory, for tests of commands: secrets with versions, labels and dates, the real refresher with the emulator's
 * PISTE behind it, and refusals on demand.
 */
import { Piste, transportTo } from "../../emulator";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings, type Operation } from "../../lambda/token-refresh/contract";
import { createHandler } from "../../lambda/token-refresh/handler";
import type { PendingCredentials } from "../../lambda/token-refresh/pending-credentials";
import type { RunResult } from "../../lambda/token-refresh/report";
import { PlatformError, type SecretStore } from "../../lambda/token-refresh/secret-store";
import { checkApplication, type ApplicationConfiguration } from "../../piste/application";
import type { Description } from "../../piste/description";
import { HOSTS, type Environment } from "../../piste/environments";
import type { HttpTransport } from "../../piste/http";
import {
  clientSecretName,
  resourceName,
  scheduleGroupName,
  technicalAccountSecretName,
  tickScheduleName,
  tokenRefreshFunctionName,
  tokenSecretName,
} from "../../piste/names";
import type { AlarmActions, Aws, LatestRun, SecretVersion, StoredValue, Subscription } from "../../scripts/command/aws";
import { awsError } from "../../scripts/command/aws-failure";
import { functionError } from "../../scripts/command/sdk-aws";
import type { DescribedApplication } from "../../scripts/described-applications";
import { fakeClock, type Clock } from "../lambda/token-refresh/surroundings";

export const REGION = "eu-west-3";
export const TOPIC = "arn:aws:sns:eu-west-3:123456789012:piste-qualif-page";
const LOOKED_BACK_IN_MILLISECONDS = 15 * 60_000;
const LONG_AGO_IN_SECONDS = 24 * 60 * 60;

interface Version {
  readonly versionId: string;
  readonly value: string;
  readonly labels: Set<string>;
  readonly storedAt: number;
}

/** An application as it was deployed, with nothing stored. */
export function described(configuration: ApplicationConfiguration): DescribedApplication {
  const { environment, name, ...application } = checkApplication(configuration);
  return {
    description: {
      environment,
      application: name,
      ...(application.pisteApplicationName !== undefined && { pisteApplicationName: application.pisteApplicationName }),
      scope: application.scope,
      apis: application.apis,
      clientSecret: clientSecretName(environment, name),
      tokenSecret: tokenSecretName(environment, name),
      function: tokenRefreshFunctionName(environment, name),
      schedule: { group: scheduleGroupName(environment, name), name: tickScheduleName(environment, name) },
      alarms: [`${resourceName(environment, name)}-token-lapsing`],
      accountPages: application.technicalAccounts.length > 0 ? 1 : 0,
    },
    accounts: application.technicalAccounts.map((account) => ({
      passwordLifetimeInDays: 424,
      ...account,
      secret: technicalAccountSecretName(environment, name, account.name),
    })),
  };
}

export interface FakeAwsOptions {
  readonly clock?: Clock;
  readonly piste?: Piste;
  /** @default - the emulator's, straight */
  readonly functionTransport?: HttpTransport;
}

/** What AWS is asked, by the permission that it needs. */
export type Permission =
  | "sts:GetCallerIdentity"
  | "ssm:GetParametersByPath"
  | "secretsmanager:ListSecretVersionIds"
  | "secretsmanager:GetSecretValue"
  | "secretsmanager:PutSecretValue"
  | "secretsmanager:UpdateSecretVersionStage"
  | "lambda:InvokeFunction"
  | "logs:FilterLogEvents"
  | "cloudwatch:DescribeAlarms"
  | "sns:ListSubscriptionsByTopic"
  | "sns:Publish";

export class FakeAws implements Aws {
  readonly clock: Clock;
  readonly piste: Piste;
  readonly deployed = new Map<string, DescribedApplication>();
  /** What was done, in order: `read piste/…`, `moveLabel REFUSED …`, `invoke refresh`. */
  readonly done: string[] = [];
  /** What the functions logged, by their names, the latest last. */
  readonly runs = new Map<string, LatestRun[]>();
  readonly alarms = new Map<string, AlarmActions>();
  readonly subscribed = new Map<string, Subscription[]>();
  readonly published: string[] = [];
  /** What the function's role is refused. */
  functionIsRefused: "read" | "write" | undefined;
  clockAhead: number | undefined = 0;
  private readonly secrets = new Map<string, Version[]>();
  private readonly refused = new Map<string, Error>();
  private made = 0;

  constructor(private readonly options: FakeAwsOptions = {}) {
    this.clock = options.clock ?? fakeClock();
    this.piste = options.piste ?? new Piste(this.clock.now);
  }

  /** Deploys an application: its secrets are empty. */
  deploy(configuration: ApplicationConfiguration): DescribedApplication {
    const application = described(configuration);
    const { description, accounts } = application;
    this.deployed.set(`${description.environment}/${description.application}`, application);
    for (const name of [description.clientSecret, description.tokenSecret, ...accounts.map(({ secret }) => secret)]) {
      if (!this.secrets.has(name)) this.secrets.set(name, []);
    }
    for (const alarm of description.alarms) this.alarms.set(alarm, { enabled: true, topics: [TOPIC] });
    if (!this.subscribed.has(TOPIC)) {
      this.subscribed.set(TOPIC, [{ protocol: "email", endpoint: "equipe@exemple.fr", confirmed: true }]);
    }
    return application;
  }

  /** From now on AWS refuses this, of one secret or of all. */
  refuse(permission: Permission, name = "AccessDeniedException", message = "not authorized", of = ""): void {
    this.refused.set(`${permission} ${of}`, Object.assign(new Error(message), { name }));
  }

  allow(): void {
    this.refused.clear();
  }

  remove(secret: string): void {
    this.secrets.delete(secret);
  }

  /** As it is before anything is stored. */
  empty(secret: string): void {
    this.secrets.set(secret, []);
  }

  /** Stores a value, as somebody else did so long ago. */
  put(secret: string, value: unknown, ageInSeconds = LONG_AGO_IN_SECONDS): string {
    return this.add(secret, typeof value === "string" ? value : JSON.stringify(value), ["AWSCURRENT"], ageInSeconds);
  }

  labelsOf(secret: string, versionId: string): string[] {
    return [...(this.secrets.get(secret)?.find((version) => version.versionId === versionId)?.labels ?? [])];
  }

  /** A run of the function, such as its schedule makes. */
  async run(application: DescribedApplication, operation: Operation): Promise<RunResult> {
    const { description } = application;
    const handler = createHandler({
      secrets: this.storeOfFunction(),
      pending: this.pendingOfFunction(),
      accounts: {
        readParameter: () => Promise.reject(new PlatformError("no parameters here")),
        currentVersion: () => Promise.resolve(undefined),
      },
      transport: this.options.functionTransport ?? transportTo(this.piste),
      nowInMilliseconds: this.clock.now,
      sleep: () => Promise.resolve(),
      random: () => 0.5,
      variables: {
        AWS_LAMBDA_FUNCTION_NAME: description.function,
        ...encodeSettings({
          ...DEFAULT_REFRESH_SETTINGS,
          tokenEndpoint: HOSTS[description.environment].tokenEndpoint,
          scope: description.scope,
        }),
      },
      log: (line) => {
        this.log(description.function, line);
      },
    });
    return handler({ environment: description.environment, application: description.application, operation });
  }

  region(): Promise<string> {
    return Promise.resolve(REGION);
  }

  async identity(): Promise<{ account: string; arn: string }> {
    await this.ask("sts:GetCallerIdentity");
    return { account: "123456789012", arn: "arn:aws:iam::123456789012:user/test" };
  }

  clockAheadInMilliseconds(): number | undefined {
    return this.clockAhead;
  }

  async applications(environment: Environment): Promise<readonly DescribedApplication[]> {
    await this.ask("ssm:GetParametersByPath", environment);
    return [...this.deployed.values()].filter(({ description }) => description.environment === environment);
  }

  async versions(secret: string): Promise<readonly SecretVersion[] | undefined> {
    await this.ask("secretsmanager:ListSecretVersionIds", secret);
    return this.secrets
      .get(secret)
      ?.map(({ versionId, labels, storedAt }) => ({ versionId, labels: [...labels], storedAt }));
  }

  async read(secret: string): Promise<StoredValue | undefined> {
    this.done.push(`read ${secret}`);
    await this.ask("secretsmanager:GetSecretValue", secret);
    return this.current(secret);
  }

  async store(secret: string, value: string, labels: readonly string[]): Promise<string> {
    this.done.push(`store ${secret}`);
    await this.ask("secretsmanager:PutSecretValue", secret);
    return this.add(secret, value, labels, 0);
  }

  async moveLabel(
    secret: string,
    label: string,
    { to, from }: { readonly to?: string; readonly from?: string },
  ): Promise<void> {
    this.done.push(`moveLabel ${label} ${secret}`);
    await this.ask("secretsmanager:UpdateSecretVersionStage", secret);
    const versions = this.secrets.get(secret) ?? [];
    const carrier = versions.find(({ labels }) => labels.has(label))?.versionId;
    // AWS moves a label only for those who know where it is.
    if (carrier !== from) {
      throw awsError(
        { en: "move the label", fr: "déplacer l'étiquette", permission: "secretsmanager:UpdateSecretVersionStage" },
        Object.assign(new Error("the label is elsewhere"), { name: "InvalidParameterException" }),
      );
    }
    for (const { versionId, labels } of versions) {
      if (versionId === to) labels.add(label);
      else labels.delete(label);
    }
  }

  async invoke(description: Description, operation: Operation): Promise<RunResult> {
    this.done.push(`invoke ${operation}`);
    await this.ask("lambda:InvokeFunction", description.function);
    const application = this.deployed.get(`${description.environment}/${description.application}`);
    if (application === undefined) throw new Error("no such application is deployed");
    return this.run(application, operation).catch((error: unknown) => {
      const { name, message } = error instanceof Error ? error : new Error("unknown");
      throw functionError(description.function, { errorType: name, errorMessage: message });
    });
  }

  async latestRun({ function: name }: Description): Promise<LatestRun | undefined> {
    await this.ask("logs:FilterLogEvents", name);
    const since = this.clock.now() - LOOKED_BACK_IN_MILLISECONDS;
    return this.runs
      .get(name)
      ?.filter(({ at }) => at >= since)
      .at(-1);
  }

  async alarmActions(names: readonly string[]): Promise<ReadonlyMap<string, AlarmActions>> {
    await this.ask("cloudwatch:DescribeAlarms");
    return new Map([...this.alarms].filter(([name]) => names.includes(name)));
  }

  async subscriptions(topic: string): Promise<readonly Subscription[]> {
    await this.ask("sns:ListSubscriptionsByTopic", topic);
    return this.subscribed.get(topic) ?? [];
  }

  async publish(topic: string): Promise<void> {
    await this.ask("sns:Publish", topic);
    this.published.push(topic);
  }

  private ask(permission: Permission, of = ""): Promise<void> {
    const error = this.refused.get(`${permission} ${of}`) ?? this.refused.get(`${permission} `);
    if (error === undefined) return Promise.resolve();
    const action = { en: `use ${of || permission}`, fr: `utiliser ${of || permission}`, permission };
    return Promise.reject(awsError(action, error));
  }

  private current(secret: string): Version | undefined {
    return this.secrets.get(secret)?.find(({ labels }) => labels.has("AWSCURRENT"));
  }

  private add(secret: string, value: string, wanted: readonly string[], ageInSeconds: number): string {
    const versions = this.secrets.get(secret);
    if (versions === undefined) throw new Error(`there is no secret ${secret}`);
    // The first version becomes the current one, whatever its label.
    const labels = new Set(versions.length === 0 ? ["AWSCURRENT", ...wanted] : wanted);
    const before = this.current(secret);
    for (const version of versions) for (const label of labels) version.labels.delete(label);
    if (labels.has("AWSCURRENT") && before !== undefined) {
      for (const version of versions) version.labels.delete("AWSPREVIOUS");
      before.labels.add("AWSPREVIOUS");
    }
    const versionId = `version-${++this.made}`;
    versions.push({ versionId, value, labels, storedAt: this.clock.now() - ageInSeconds * 1000 });
    return versionId;
  }

  private log(functionName: string, line: string): void {
    const { operation, ...result } = JSON.parse(line) as LatestRun["result"] & { readonly operation: string };
    const run = { at: this.clock.now(), operation, result };
    this.runs.set(functionName, [...(this.runs.get(functionName) ?? []), run]);
  }

  private storeOfFunction(): SecretStore {
    return {
      read: (name) => {
        if (this.functionIsRefused === "read")
          return Promise.reject(new PlatformError(`cannot read the secret ${name}`));
        const stored = this.current(name);
        return Promise.resolve(
          stored && {
            value: stored.value,
            storedAt: Math.floor(stored.storedAt / 1000),
            readAt: Math.floor(this.clock.now() / 1000),
            versionId: stored.versionId,
          },
        );
      },
      write: (name, value) => {
        if (this.functionIsRefused === "write")
          return Promise.reject(new PlatformError(`cannot write the secret ${name}`));
        this.add(name, value, ["AWSCURRENT"], 0);
        return Promise.resolve();
      },
    };
  }

  private pendingOfFunction(): PendingCredentials {
    const carrier = (secret: string, label: string): Version | undefined =>
      this.secrets.get(secret)?.find(({ labels }) => labels.has(label));
    return {
      labels: (secret) =>
        Promise.resolve({
          current: carrier(secret, "AWSCURRENT")?.versionId,
          pending: carrier(secret, "AWSPENDING")?.versionId,
        }),
      read: (secret) => {
        const pending = carrier(secret, "AWSPENDING");
        return Promise.resolve(
          pending && {
            value: pending.value,
            storedAt: Math.floor(pending.storedAt / 1000),
            versionId: pending.versionId,
          },
        );
      },
      makeCurrent: (secret, versionId, insteadOf) => {
        const before = carrier(secret, "AWSCURRENT");
        if (before?.versionId !== insteadOf) return Promise.resolve(false);
        if (versionId === insteadOf) return Promise.resolve(true);
        for (const { labels } of this.secrets.get(secret) ?? []) labels.delete("AWSPREVIOUS");
        before?.labels.delete("AWSCURRENT");
        before?.labels.add("AWSPREVIOUS");
        this.secrets
          .get(secret)
          ?.find((version) => version.versionId === versionId)
          ?.labels.add("AWSCURRENT");
        return Promise.resolve(true);
      },
      unstage: (secret, versionId) => {
        const pending = carrier(secret, "AWSPENDING");
        if (pending?.versionId === versionId) pending.labels.delete("AWSPENDING");
        return Promise.resolve();
      },
    };
  }
}
