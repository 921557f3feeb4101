/**
 * The commands' access to AWS: an interface, so that tests can replace it. Only `read` reads a secret's value, and no
 * command reads client credentials.
 */
import type { UpdateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import type { RunResult } from "../../lambda/token-refresh/report";
import type { Operation } from "../../lambda/token-refresh/contract";
import type { Description } from "../../piste/description";
import type { Environment } from "../../piste/environments";
import type { DescribedApplications } from "../described-applications";
import type { ObservedAws } from "../verify/observed-aws";

/** A version of a secret, all but its value. */
export interface SecretVersion {
  readonly versionId: string;
  /** `AWSCURRENT`, `AWSPENDING`, `CHANGED-…`; AWS may delete a version without a label. */
  readonly labels: readonly string[];
  /** Epoch milliseconds. */
  readonly storedAt: number;
}

export interface StoredValue {
  readonly value: string;
  readonly versionId: string;
  /** Epoch milliseconds. */
  readonly storedAt: number;
}

/** The refresher's report on its latest run. */
export interface LatestRun {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly operation: string;
  readonly result: Omit<RunResult, "outcome"> & { readonly outcome: string };
}

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

export interface Alarm {
  /** False when its actions are disabled. */
  readonly enabled: boolean;
  /** The ARNs of the SNS topics that it is published to. */
  readonly topics: readonly string[];
  /** The topics that also get its return to OK. */
  readonly okTopics: readonly string[];
  /** Its other actions on ALARM or OK: functions, changes of machines, topics that only get the OK. */
  readonly otherActions: readonly string[];
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** The reason for the state, from CloudWatch or from the person who set it. */
  readonly reason: string;
  /** When the state was last set, in epoch milliseconds by AWS's clock. */
  readonly since: number;
  /** True when missing data is ignored, so that CloudWatch may not correct a state that was set. */
  readonly keepsState: boolean;
}

/** The outcome of an action that an alarm ran. */
export interface AlarmAction {
  readonly topic: string;
  /** When the state that caused it was set, in epoch milliseconds by AWS's clock. */
  readonly since: number;
  /** Why it failed, in AWS's words; undefined where it succeeded. */
  readonly refusal?: string;
}

export interface Subscription {
  readonly protocol: string;
  /** May be a secret, as the address of a pager or a chat is. */
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** The input of UpdateSchedule, which replaces the whole schedule. */
export type Schedule = Omit<UpdateScheduleCommandInput, "ClientToken">;

/** The latest run is searched within this time. */
export const LATEST_RUN_WITHIN_IN_MILLISECONDS = 15 * 60_000;

/** Every method throws AwsError when AWS refuses or cannot be reached. */
export interface Aws {
  region(): Promise<string>;
  identity(): Promise<Identity>;
  /** Warns about an address that is not AWS's own, or refuses it. Sends nothing. */
  checkAddress(): Promise<void>;
  /** The lead of AWS's clock over this machine's, by AWS's latest answer with a date. */
  clockAheadInMilliseconds(): number | undefined;
  applications(environment: Environment): Promise<DescribedApplications>;
  /** All versions, without their values; undefined when there is no such secret. */
  versions(secret: string): Promise<readonly SecretVersion[] | undefined>;
  /** The value of the current version; undefined when none is stored, or there is no such secret. */
  read(secret: string): Promise<StoredValue | undefined>;
  /** @returns the new version's id. */
  store(secret: string, value: string, labels: readonly string[]): Promise<string>;
  /** Adds the label to a version and removes it from another; either may be left out. */
  moveLabel(secret: string, label: string, versions: { readonly to?: string; readonly from?: string }): Promise<void>;
  /** @throws FunctionError when the function itself fails. */
  invoke(application: Description, operation: Operation): Promise<RunResult>;
  /** The latest run within {@link LATEST_RUN_WITHIN_IN_MILLISECONDS}; undefined when none was logged. */
  latestRun(application: Description): Promise<LatestRun | undefined>;
  /** By the alarm's name; one that does not exist is left out. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, Alarm>>;
  /** Also runs the alarm's actions when the state changes. */
  setAlarmState(alarm: string, state: "OK" | "ALARM", reason: string): Promise<void>;
  /** @param since epoch milliseconds by AWS's clock. @returns the newest first. */
  alarmActions(alarm: string, since: number): Promise<readonly AlarmAction[]>;
  subscriptions(topic: string): Promise<readonly Subscription[]>;
  /** Undefined when there is none of that name. */
  schedule(named: Description["schedule"]): Promise<Schedule | undefined>;
  updateSchedule(schedule: Schedule): Promise<void>;
  /** More reads, for `piste verify`. */
  observed(): ObservedAws;
}
