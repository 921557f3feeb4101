/** {@link Aws} by AWS's SDK, for AWS or for an emulator at another endpoint. */
import type * as https from "node:https";
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  paginateListSecretVersionIds,
} from "@aws-sdk/client-secrets-manager";
import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { FunctionInput, Operation } from "../../lambda/token-refresh/contract";
import type { RunResult } from "../../lambda/token-refresh/report";
import type { Description } from "../../piste/description";
import type { Environment } from "../../piste/environments";
import { parseJson } from "../../piste/json";
import type { Text } from "../../piste/language";
import { CHECKED_TLS } from "../../piste/tls";
import { DEFAULT_REGION } from "../../aws/checks";
import { logGroupName, tokenRefreshFunctionName } from "../../aws/names";
import { applicationOfSecret } from "../../piste/names";
import { placeOptions } from "./target";
import { describedApplications, type DescribedApplications } from "../described-applications";
import {
  LATEST_RUN_WITHIN_IN_MILLISECONDS,
  type Alarm,
  type Aws,
  type LatestRun,
  type Schedule,
  type SecretVersion,
} from "./aws";
import { ACTIONS, onSecret } from "./aws-actions";
import { AddressGuard } from "./address-guard";
import { alarmActionOf, alarmOf } from "./alarm-answers";
import { awsError, type Action, type Place } from "./aws-failure";
import { CommandError } from "./failure";
import type * as Observed from "../verify/observed-aws";
import { concurrencyOf, functionError, loggedRunOf, runResultOf } from "./function-answer";
import { answerDate } from "../../piste/answer-date";

export interface AwsOptions {
  /** @default the one that the SDK finds */
  readonly region?: string | undefined;
  /** A profile of the AWS configuration files. */
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Connects through a proxy. */
  readonly agent?: https.Agent | undefined;
  /** The environment that values are for. */
  readonly environment?: Environment | undefined;
  /** The only application that the command is about. */
  readonly application?: string | undefined;
  /** Shows a notice about an address that is not AWS's own. */
  readonly notice?: ((text: Text) => unknown) | undefined;
  /** Runs a function without Lambda. */
  readonly invoke?: ((application: Description, input: FunctionInput) => Promise<RunResult>) | undefined;
}

/** The most names that DescribeAlarms takes. */
const NAMES_AT_ONCE = 100;
/** SNS's value in place of the ARN of an ended subscription; for an unconfirmed one it is `PendingConfirmation`. */
const UNSUBSCRIBED = "Deleted";
/** Fields of GetSchedule's answer that UpdateSchedule does not take. */
const ABOUT_SCHEDULE = new Set(["$metadata", "Arn", "CreationDate", "LastModificationDate"]);
/** Short, because a person waits at a terminal. */
const CONNECTION_TIMEOUT_IN_MILLISECONDS = 5_000;
/** A refresh may take as long as the function's time-out. */
const REQUEST_TIMEOUT_IN_MILLISECONDS = 40_000;

const NONE_DESCRIBED: DescribedApplications = { applications: [], disbelieved: [] };

/** The landing zone's prefix, if the function has its default name. */
function namePrefixOf({ environment, application, function: name }: Description): string | undefined {
  const end = `-${tokenRefreshFunctionName(environment, application)}`;
  return name.endsWith(end) ? name.slice(0, -end.length) : undefined;
}

const isNotFound = (error: unknown): boolean => error instanceof Error && error.name === "ResourceNotFoundException";

export function sdkAws(options: AwsOptions = {}): Aws {
  // The SDK's warning about old versions of Node does not help the user of a command.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const { region, profile, endpoint, credentials, agent } = options;
  const configuration = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_IN_MILLISECONDS,
      requestTimeout: REQUEST_TIMEOUT_IN_MILLISECONDS,
      throwOnRequestTimeout: true,
      httpsAgent: agent ?? CHECKED_TLS,
    },
  };
  const guard = new AddressGuard(configuration, options);
  const client = <C extends Parameters<typeof guard.add>[0]>(
    Kind: new (own: typeof configuration) => C,
    own = configuration,
  ): C => {
    const made = new Kind(own);
    // The caller has checked an explicit endpoint.
    if (endpoint === undefined) guard.add(made);
    return made;
  };
  const secrets = client(SecretsManagerClient);
  const ssm = client(SSMClient);
  const sts = client(STSClient);
  const lambda = client(LambdaClient);
  const logs = client(CloudWatchLogsClient);
  const cloudwatch = client(CloudWatchClient);
  const sns = client(SNSClient);
  const scheduler = client(SchedulerClient);

  let clockAhead: number | undefined;
  const noting =
    <In, Out extends { readonly response: unknown }>(next: (call: In) => Promise<Out>) =>
    async (call: In): Promise<Out> => {
      const result = await next(call);
      const answeredAt = answerDate(result.response);
      if (answeredAt !== undefined) clockAhead = answeredAt - Date.now();
      return result;
    };
  sts.middlewareStack.add(noting, { step: "deserialize", name: "answerDate" });
  // A stored token is judged by AWS's clock at the time of the answer.
  secrets.middlewareStack.add(noting, { step: "deserialize", name: "answerDate" });

  const ask = async <T>(action: Action, question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      // The function failed or its answer is invalid: AWS did not refuse.
      if (error instanceof CommandError) throw error;
      throw awsError(action, error, await placeOf(action));
    }
  };
  let described: DescribedApplications["applications"] = [];
  /** The options for commands in messages; unknown ones are left out. */
  const placeOf = async ({ secret = "", application = applicationOfSecret(secret) }: Action): Promise<Place> => {
    const { environment } = options;
    const here = await sts.config.region().catch(() => undefined);
    const [only, ...others] = described;
    const name =
      application ?? options.application ?? (others.length === 0 ? only?.description.application : undefined);
    const found = described.find(({ description }) => description.application === name);
    return {
      environment,
      region: here,
      profile,
      application: name,
      namePrefix: found && namePrefixOf(found.description),
    };
  };
  const orNone = async <T>(action: Action, question: () => Promise<T>): Promise<T | undefined> =>
    ask(action, () =>
      question().catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      }),
    );

  return {
    // Only `piste verify` needs its clients.
    observed: () => (require("../verify/observed-aws") as typeof Observed).observedAws(client, ask),
    region: () => ask(ACTIONS.identity, async () => sts.config.region()),
    identity: () =>
      ask(ACTIONS.identity, async () => {
        const { Account: account = "?", Arn: arn = "?" } = await sts.send(new GetCallerIdentityCommand({}));
        return { account, arn };
      }),
    checkAddress: () => ask(ACTIONS.identity, async () => (endpoint === undefined ? guard.checkStoring() : undefined)),
    clockAheadInMilliseconds: () => clockAhead,
    applications: async (environment) => {
      const found = await ask(ACTIONS.applications, () => applicationsAround(environment));
      described = found.applications;
      return found;
    },
    versions: (secret) =>
      orNone(onSecret("describe", "décrire", "ListSecretVersionIds", secret), async () => {
        const found: SecretVersion[] = [];
        for await (const { Versions = [] } of paginateListSecretVersionIds({ client: secrets }, { SecretId: secret })) {
          for (const { VersionId: versionId = "", VersionStages: labels = [], CreatedDate: date } of Versions) {
            found.push({ versionId, labels, storedAt: date?.getTime() ?? 0 });
          }
        }
        return found;
      }),
    read: (secret) =>
      orNone(onSecret("read", "lire", "GetSecretValue", secret), async () => {
        const answer = await secrets.send(new GetSecretValueCommand({ SecretId: secret, VersionStage: "AWSCURRENT" }));
        return {
          value: answer.SecretString ?? "",
          versionId: answer.VersionId ?? "",
          storedAt: answer.CreatedDate?.getTime() ?? 0,
        };
      }),
    store: (secret, value, labels) =>
      ask(onSecret("store a value in", "enregistrer une valeur dans", "PutSecretValue", secret), async () => {
        const answer = await secrets.send(
          new PutSecretValueCommand({ SecretId: secret, SecretString: value, VersionStages: [...labels] }),
        );
        return answer.VersionId ?? "";
      }),
    moveLabel: (secret, label, { to, from }) =>
      ask(
        onSecret(
          `move the label ${label} of`,
          `déplacer l'étiquette ${label} dans`,
          "UpdateSecretVersionStage",
          secret,
        ),
        async () => {
          await secrets.send(
            new UpdateSecretVersionStageCommand({
              SecretId: secret,
              VersionStage: label,
              MoveToVersionId: to,
              RemoveFromVersionId: from,
            }),
          );
        },
      ),
    invoke,
    latestRun: (application) =>
      orNone(
        {
          en: `read the log of ${application.function}`,
          fr: `lire le journal de ${application.function}`,
          permission: "logs:FilterLogEvents",
          application: application.application,
        },
        () => latestRun(application),
      ),
    alarms: (names) => ask(ACTIONS.alarms, () => describeAlarms(names)),
    setAlarmState: (alarm, state, reason) =>
      ask(ACTIONS.setAlarm, async () => {
        await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue: state, StateReason: reason }));
      }),
    alarmActions: (alarm, since) =>
      ask(ACTIONS.alarmHistory, async () => {
        const query = { AlarmName: alarm, HistoryItemType: "Action", StartDate: new Date(since) } as const;
        // The newest come first, so one page is enough.
        const answer = await cloudwatch.send(new DescribeAlarmHistoryCommand({ ...query, MaxRecords: 100 }));
        return (answer.AlarmHistoryItems ?? []).flatMap(alarmActionOf);
      }),
    schedule: ({ group, name }) =>
      orNone(ACTIONS.schedule, async () => {
        const answer = await scheduler.send(new GetScheduleCommand({ GroupName: group, Name: name }));
        return Object.fromEntries(
          Object.entries(answer).filter(([name]) => !ABOUT_SCHEDULE.has(name)),
        ) as unknown as Schedule;
      }),
    updateSchedule: (schedule) =>
      ask(ACTIONS.updateSchedule, async () => {
        await scheduler.send(new UpdateScheduleCommand(schedule));
      }),
    subscriptions: (topic) =>
      ask(ACTIONS.subscriptions, async () => {
        const found = [];
        for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic })) {
          found.push(...(page.Subscriptions ?? []));
        }
        return found
          .filter(({ SubscriptionArn: arn }) => arn !== UNSUBSCRIBED)
          .map(({ Protocol: protocol = "", Endpoint: receiver = "", SubscriptionArn: arn = "" }) => ({
            protocol,
            endpoint: receiver,
            confirmed: arn.startsWith("arn:"),
          }));
      }),
  };

  /** Also looks in the default region, even when AWS denies this one: the stack may be there. */
  async function applicationsAround(environment: Environment): Promise<DescribedApplications> {
    const here = describedApplications(environment, ssm);
    const found = await here.catch(() => NONE_DESCRIBED);
    const isUsual = (await ssm.config.region()) === DEFAULT_REGION;
    if (isUsual || found.applications.length + found.disbelieved.length > 0) return here;
    const usual = client(SSMClient, { ...configuration, region: DEFAULT_REGION });
    const there = await describedApplications(environment, usual).catch(() => NONE_DESCRIBED);
    const isThere = there.applications.length + there.disbelieved.length > 0;
    return isThere ? { ...NONE_DESCRIBED, elsewhere: DEFAULT_REGION } : here;
  }

  async function invoke(application: Description, operation: Operation): Promise<RunResult> {
    const { environment, application: name, function: functionName } = application;
    const input: FunctionInput = { environment, application: name, operation };
    if (options.invoke !== undefined) return options.invoke(application, input);
    const action: Action = {
      en: `invoke ${functionName}`,
      fr: `invoquer ${functionName}`,
      permission: "lambda:InvokeFunction",
      application: name,
      whenThrottled: concurrencyOf(functionName, placeOptions({ region, profile })),
    };
    return ask(action, async () => {
      const { Payload, FunctionError: failed } = await lambda.send(
        new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(input) }),
      );
      const answer = parseJson(Payload?.transformToString() ?? "");
      if (failed !== undefined) throw functionError(functionName, answer);
      return runResultOf(functionName, answer);
    });
  }

  async function latestRun(of: Description): Promise<LatestRun | undefined> {
    const query = {
      logGroupName: logGroupName(of.function),
      // Lambda's own lines have no application.
      filterPattern: `{ $.Application = "${of.application}" }`,
      startTime: Date.now() - LATEST_RUN_WITHIN_IN_MILLISECONDS,
    };
    let latest: LatestRun | undefined;
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, query)) {
      for (const { message = "", timestamp: at = 0 } of events) {
        const logged = loggedRunOf(message);
        if (logged === undefined || at < (latest?.at ?? 0)) continue;
        const { operation, Application: application, ...result } = logged;
        // Some emulators ignore the filter.
        if (application !== of.application) continue;
        latest = { at, operation, result };
      }
    }
    return latest;
  }

  async function describeAlarms(all: readonly string[]): Promise<Map<string, Alarm>> {
    const found = new Map<string, Alarm>();
    for (let first = 0; first < all.length; first += NAMES_AT_ONCE) {
      const names = all.slice(first, first + NAMES_AT_ONCE);
      for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudwatch }, { AlarmNames: names })) {
        for (const alarm of MetricAlarms) if (alarm.AlarmName !== undefined) found.set(alarm.AlarmName, alarmOf(alarm));
      }
    }
    return found;
  }
}
