/**
 * AWS in memory for tests of commands: the simulation's secrets, the real refresher against the emulator's PISTE, and
 * refusals on demand.
 */
import { Piste, transportTo } from "../../emulator";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings, type Operation } from "../../lambda/token-refresh/contract";
import { createHandler } from "../../lambda/token-refresh/handler";
import { versionDates } from "../../lambda/token-refresh/secret-versions";
import { pendingCredentials } from "../../lambda/token-refresh/pending-credentials";
import type { RunResult } from "../../lambda/token-refresh/report";
import { PlatformError, secretStore } from "../../lambda/shared/secret-store";
import { checkApplication, type ApplicationConfiguration } from "../../piste/application";
import type { Description } from "../../piste/description";
import { HOSTS, type Environment } from "../../piste/environments";
import type { HttpTransport } from "../../piste/http";
import { clientSecretName, technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import { resourceName, scheduleGroupName, tickScheduleName, tokenRefreshFunctionName } from "../../aws/names";
import type {
  Alarm,
  AlarmAction,
  Aws,
  LatestRun,
  Schedule,
  SecretVersion,
  StoredValue,
  Subscription,
} from "../../cli/command/aws";
import { awsError } from "../../cli/command/aws-failure";
import { functionError } from "../../cli/command/function-answer";
import type {
  DescribedApplication,
  DescribedApplications,
  DisbelievedApplication,
} from "../../cli/described-applications";
import { awsError as sdkError } from "../../simulation/secrets-manager";
import { fakeClock, type Clock } from "../lambda/token-refresh/fixture";
import { FakeSecrets } from "./fake-secrets";

export const REGION = "eu-west-3";
export const TOPIC = "arn:aws:sns:eu-west-3:123456789012:piste-qualif-page";
const LOOKED_BACK_IN_MILLISECONDS = 15 * 60_000;

/** The description of a deployed application. */
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

/** Permissions that commands need. */
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
  | "cloudwatch:SetAlarmState"
  | "cloudwatch:DescribeAlarmHistory"
  | "scheduler:GetSchedule"
  | "sns:ListSubscriptionsByTopic";

export interface FakeAwsOptions {
  readonly clock?: Clock;
  readonly piste?: Piste;
  /** @default - straight to the emulator */
  readonly functionTransport?: HttpTransport;
  /** Age of a value that `put` stores. @default - a day */
  readonly usualAgeInSeconds?: number;
  /** The only permissions that the commands under test may use. @default - all */
  readonly only?: readonly Permission[];
}

export class FakeAws extends FakeSecrets implements Aws {
  readonly piste: Piste;
  readonly deployed = new Map<string, DescribedApplication>();
  /** Descriptions that the command leaves out. */
  readonly disbelieved: DisbelievedApplication[] = [];
  /** All calls, without values: `read piste/…`, `invoke chorus-pro refresh`. */
  readonly asked: string[] = [];
  /** Logged runs by function name, the latest last. */
  readonly runs = new Map<string, LatestRun[]>();
  readonly alarmsByName = new Map<string, Alarm>();
  readonly schedules = new Map<string, Schedule>();
  readonly subscribed = new Map<string, Subscription[]>();
  /** Hook that runs just before the function. */
  beforeInvoking: () => unknown = () => undefined;
  /** Given instead of a run of the function. */
  answer: RunResult | Error | undefined;
  clockAhead: number | undefined = 0;
  private readonly refused = new Map<string, Error>();

  constructor(private readonly options: FakeAwsOptions = {}) {
    super(options.clock ?? fakeClock(), options.usualAgeInSeconds);
    this.piste = options.piste ?? new Piste(this.clock.now);
  }

  /** Deploys an application with empty secrets. */
  deploy(configuration: ApplicationConfiguration): DescribedApplication {
    const application = described(configuration);
    this.add(application);
    return application;
  }

  /** Replaces the deployed applications. */
  describe(...applications: readonly DescribedApplication[]): void {
    this.deployed.clear();
    for (const application of applications) this.add(application);
  }

  /** @param of restricts the refusal to one secret. */
  refuse(permission: Permission, name = "AccessDeniedException", message = "not authorized", of = ""): void {
    this.refused.set(`${permission} ${of}`, sdkError(name, message));
  }

  /** Calls that read or store values, move labels or invoke a function, in order. */
  get done(): string[] {
    return this.asked.filter((asked) => /^(read|store|moveLabel|invoke) /.test(asked));
  }

  /** Runs the function as its schedule does. */
  async run(description: Description, operation: Operation): Promise<RunResult> {
    const { environment, application } = description;
    const client = this.clientOfFunction();
    const handler = createHandler({
      secrets: secretStore(client),
      pending: pendingCredentials(client),
      listVersions: versionDates(client),
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
          environment,
          application,
          tokenEndpoint: HOSTS[environment].tokenEndpoint,
          scope: description.scope,
          clientSecretName: description.clientSecret,
        }),
      },
      log: (line) => {
        this.log(description.function, line);
      },
    });
    return handler({ environment, application, operation });
  }

  region(): Promise<string> {
    return Promise.resolve(REGION);
  }

  identity(): Promise<{ account: string; arn: string }> {
    const identity = { account: "123456789012", arn: "arn:aws:iam::123456789012:user/test" };
    return this.ask("sts:GetCallerIdentity", "identity", "", () => identity);
  }

  checkAddress(): Promise<void> {
    return Promise.resolve();
  }

  clockAheadInMilliseconds(): number | undefined {
    return this.clockAhead;
  }

  applications(environment: Environment): Promise<DescribedApplications> {
    return this.ask("ssm:GetParametersByPath", "applications", environment, () => ({
      applications: [...this.deployed.values()].filter(({ description }) => description.environment === environment),
      disbelieved: this.disbelieved,
    }));
  }

  versions(secret: string): Promise<readonly SecretVersion[] | undefined> {
    return this.ask("secretsmanager:ListSecretVersionIds", `versions ${secret}`, secret, () => {
      if (!this.has(secret)) return undefined;
      return this.model.list({ SecretId: secret }).map(({ VersionId, VersionStages, CreatedDate }) => ({
        versionId: VersionId,
        labels: VersionStages,
        storedAt: CreatedDate.getTime(),
      }));
    });
  }

  read(secret: string): Promise<StoredValue | undefined> {
    return this.ask("secretsmanager:GetSecretValue", `read ${secret}`, secret, () => {
      if (!this.has(secret) || this.labelsOf(secret)["AWSCURRENT"] === undefined) return undefined;
      const { SecretString, VersionId, CreatedDate } = this.model.get({ SecretId: secret });
      return { value: SecretString, versionId: VersionId, storedAt: CreatedDate.getTime() };
    });
  }

  store(secret: string, value: string, labels: readonly string[]): Promise<string> {
    return this.ask("secretsmanager:PutSecretValue", `store ${secret} ${labels.join(" ")}`, secret, () =>
      this.put(secret, value, labels, 0),
    );
  }

  moveLabel(
    secret: string,
    label: string,
    { to, from }: { readonly to?: string; readonly from?: string },
  ): Promise<void> {
    const words = `moveLabel ${secret} ${label}: ${from ?? "nowhere"} to ${to ?? "nowhere"}`;
    return this.ask("secretsmanager:UpdateSecretVersionStage", words, secret, () => {
      this.model.move({ SecretId: secret, VersionStage: label, MoveToVersionId: to, RemoveFromVersionId: from });
    });
  }

  async invoke(description: Description, operation: Operation): Promise<RunResult> {
    const words = `invoke ${description.application} ${operation}`;
    await this.ask("lambda:InvokeFunction", words, description.function, () => this.beforeInvoking());
    if (this.answer instanceof Error) throw this.answer;
    if (this.answer !== undefined) return this.answer;
    return this.run(description, operation).catch((error: unknown) => {
      const { name, message } = error instanceof Error ? error : new Error("unknown");
      throw functionError(description.function, { errorType: name, errorMessage: message });
    });
  }

  latestRun({ function: name }: Description): Promise<LatestRun | undefined> {
    const since = this.clock.now() - LOOKED_BACK_IN_MILLISECONDS;
    return this.ask("logs:FilterLogEvents", `latestRun ${name}`, name, () =>
      this.runs
        .get(name)
        ?.filter(({ at }) => at >= since)
        .at(-1),
    );
  }

  alarms(names: readonly string[]): Promise<ReadonlyMap<string, Alarm>> {
    const found = [...this.alarmsByName].filter(([name]) => names.includes(name));
    return this.ask("cloudwatch:DescribeAlarms", "alarms", "", () => new Map(found));
  }

  setAlarmState(name: string, state: "OK" | "ALARM", reason: string): Promise<void> {
    return this.ask("cloudwatch:SetAlarmState", `setAlarmState ${name} ${state}`, name, () => {
      const alarm = this.alarmsByName.get(name);
      if (alarm !== undefined) this.alarmsByName.set(name, { ...alarm, state, reason, since: alarm.since + 1 });
    });
  }

  alarmActions(name: string): Promise<readonly AlarmAction[]> {
    return this.ask("cloudwatch:DescribeAlarmHistory", `alarmActions ${name}`, name, () => {
      const alarm = this.alarmsByName.get(name);
      return (alarm?.topics ?? []).map((topic) => ({ topic, since: alarm?.since ?? 0 }));
    });
  }

  schedule({ name }: Description["schedule"]): Promise<Schedule | undefined> {
    return this.ask("scheduler:GetSchedule", `schedule ${name}`, name, () => this.schedules.get(name));
  }

  updateSchedule(): Promise<void> {
    return Promise.reject(new Error("no command under test changes a schedule of this AWS"));
  }

  subscriptions(topic: string): Promise<readonly Subscription[]> {
    const found = this.subscribed.get(topic) ?? [];
    return this.ask("sns:ListSubscriptionsByTopic", `subscriptions ${topic}`, topic, () => found);
  }

  observed(): never {
    throw new Error("this AWS is not for verify");
  }

  private add(application: DescribedApplication): void {
    const { description, accounts } = application;
    this.deployed.set(`${description.environment}/${description.application}`, application);
    const secrets = [description.clientSecret, description.tokenSecret, ...accounts.map(({ secret }) => secret)];
    this.create(...secrets.filter((secret) => !this.has(secret)));
    const alarm = {
      enabled: true,
      topics: [TOPIC],
      okTopics: [],
      otherActions: [],
      state: "OK",
      reason: "",
      since: 0,
      keepsState: false,
    };
    for (const name of description.alarms) this.alarmsByName.set(name, alarm);
    if (!this.subscribed.has(TOPIC)) {
      this.subscribed.set(TOPIC, [{ protocol: "email", endpoint: "equipe@exemple.fr", confirmed: true }]);
    }
  }

  /** @param of the resource, for refusals of only one. */
  private async ask<T>(permission: Permission, words: string, of: string, answer: () => T): Promise<Awaited<T>> {
    if (this.options.only?.includes(permission) === false) throw new Error(`permission outside only: ${permission}`);
    this.asked.push(words);
    try {
      const refused = this.refused.get(`${permission} ${of}`) ?? this.refused.get(`${permission} `);
      if (refused !== undefined) throw refused;
      return await answer();
    } catch (error) {
      const action = { en: `use ${of || permission}`, fr: `utiliser ${of || permission}`, permission };
      throw awsError(permission.startsWith("secretsmanager:") ? { ...action, secret: of } : action, error);
    }
  }

  private log(functionName: string, line: string): void {
    const { operation, ...result } = JSON.parse(line) as LatestRun["result"] & { readonly operation: string };
    const run = { at: this.clock.now(), operation, result };
    this.runs.set(functionName, [...(this.runs.get(functionName) ?? []), run]);
  }
}
