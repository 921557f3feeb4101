/**
 * What the commands ask of AWS: an interface, so that tests can bring their own, and its one implementation. What is
 * read of a secret is said in the method's name; client credentials are read by none of them.
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
  /** `AWSCURRENT`, `AWSPENDING`, `CHANGED-…`; none of a version that is about to go. */
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
  /** Whether it acts at all: someone may have switched it off. */
  readonly enabled: boolean;
  /** The ARNs of the SNS topics that it is published to. */
  readonly topics: readonly string[];
  /** Those that are told when it is OK again. */
  readonly okTopics: readonly string[];
  /** What else a change to ALARM or OK runs: functions, changes of machines, messages to topics that get no alarm of it. */
  readonly otherActions: readonly string[];
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** Why it is in that state: CloudWatch's words, or those of who set it. */
  readonly reason: string;
  /** When the state was last set: epoch milliseconds of AWS's clock. */
  readonly since: number;
  /** Whether it keeps its state while there is no data, so that CloudWatch may not correct one that was set. */
  readonly keepsState: boolean;
}

/** The outcome of an action that an alarm ran. */
export interface AlarmAction {
  readonly topic: string;
  /** When the state was set that it was run for: epoch milliseconds of AWS's clock. */
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

/** All that UpdateSchedule takes, which replaces all of a schedule. */
export type Schedule = Omit<UpdateScheduleCommandInput, "ClientToken">;

/** How far back a run is looked for. */
export const LATEST_RUN_WITHIN_IN_MILLISECONDS = 15 * 60_000;

/** Every method throws AwsError when AWS refuses or cannot be reached. */
export interface Aws {
  region(): Promise<string>;
  identity(): Promise<Identity>;
  /** Tells of an address that is not AWS's own, or refuses it, before a value is asked for. Nothing is sent. */
  checkAddress(): Promise<void>;
  /** How far AWS's clock was ahead of this machine's in the latest answer that said so. */
  clockAheadInMilliseconds(): number | undefined;
  applications(environment: Environment): Promise<DescribedApplications>;
  /** All versions, without their values; undefined when there is no such secret. */
  versions(secret: string): Promise<readonly SecretVersion[] | undefined>;
  /** The value of the current version; undefined when none is stored, or there is no such secret. */
  read(secret: string): Promise<StoredValue | undefined>;
  /** @returns the new version's id. */
  store(secret: string, value: string, labels: readonly string[]): Promise<string>;
  /** Puts the label on a version and takes it off another; either may be left out. */
  moveLabel(secret: string, label: string, versions: { readonly to?: string; readonly from?: string }): Promise<void>;
  /** @throws FunctionError when the function itself fails. */
  invoke(application: Description, operation: Operation): Promise<RunResult>;
  /** Of {@link LATEST_RUN_WITHIN_IN_MILLISECONDS}, a quarter of an hour; undefined when it logged nothing. */
  latestRun(application: Description): Promise<LatestRun | undefined>;
  /** By the alarm's name; one that does not exist is left out. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, Alarm>>;
  /** Runs the alarm's actions, as a change of its own does, where the state differs. */
  setAlarmState(alarm: string, state: "OK" | "ALARM", reason: string): Promise<void>;
  /** Since then, of AWS's clock; the newest first. */
  alarmActions(alarm: string, since: number): Promise<readonly AlarmAction[]>;
  subscriptions(topic: string): Promise<readonly Subscription[]>;
  /** Undefined when there is none of that name. */
  schedule(named: Description["schedule"]): Promise<Schedule | undefined>;
  updateSchedule(schedule: Schedule): Promise<void>;
  /** What `piste verify` looks at besides; it only reads. */
  observed(): ObservedAws;
}
