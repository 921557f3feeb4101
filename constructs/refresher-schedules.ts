import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import type { Construct } from "constructs";
import type { FunctionInput } from "../lambda/token-refresh/contract";
import type { Environment } from "../piste/environments";
import { passwordsScheduleName, resourceName, scheduleGroupName, tickScheduleName } from "../piste/names";
import type { RefresherOptions } from "./refresher-options";
import { grant, trustPolicy, type PolicyStatement } from "./role-grants";

/** Retries are the next run's: an invocation that comes late or twice is of no use. */
export const NO_RETRIES = 0;
export const MAXIMUM_EVENT_AGE_IN_SECONDS = 60;

export interface RefresherSchedulesProps {
  readonly environment: Environment;
  readonly application: string;
  readonly function: LambdaFunction;
  readonly functionName: string;
  /** What lets a role run the function. */
  readonly invokeStatements: PolicyStatement[];
  readonly tickInMinutes: number;
  /** Whether there are passwords to look after. */
  readonly hasTechnicalAccounts: boolean;
  readonly options: Pick<RefresherOptions, "rolePath" | "permissionsBoundaryArn" | "tags">;
}

export interface RefresherSchedules {
  readonly tick: SchedulerSchedule;
  readonly passwords?: SchedulerSchedule;
}

/** What runs the refresher's function: a group of schedules and the one role of all of them. */
export function scheduleRefresher(scope: Construct, props: RefresherSchedulesProps): RefresherSchedules {
  const { environment, application, functionName, options } = props;
  const { tags } = options;
  const group = new SchedulerScheduleGroup(scope, "schedule-group", {
    name: scheduleGroupName(environment, application),
    tags,
  });
  const role = new IamRole(scope, "schedule-role", {
    name: `${resourceName(environment, application)}-schedule`,
    description: `Lets EventBridge Scheduler invoke ${functionName}`,
    path: options.rolePath,
    permissionsBoundary: options.permissionsBoundaryArn,
    assumeRolePolicy: trustPolicy("scheduler.amazonaws.com", { StringEquals: { "aws:SourceArn": group.arn } }),
    tags,
  });
  const policy = grant(scope, role, "invoke", functionName, props.invokeStatements);
  const schedule = (
    id: string,
    { operation, ...config }: Pick<FunctionInput, "operation"> & Record<"name" | "description" | "cron", string>,
  ): SchedulerSchedule => {
    const input: FunctionInput = { environment, application, operation };
    return new SchedulerSchedule(scope, id, {
      name: config.name,
      groupName: group.name,
      description: config.description,
      // Of `rate`, the first run's second decides on all others; the refresher's slow pace goes by the clock's minutes.
      scheduleExpression: `cron(${config.cron})`,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: props.function.arn,
        roleArn: role.arn,
        input: JSON.stringify(input),
        retryPolicy: { maximumRetryAttempts: NO_RETRIES, maximumEventAgeInSeconds: MAXIMUM_EVENT_AGE_IN_SECONDS },
      },
      dependsOn: [policy],
    });
  };
  const minutes = props.tickInMinutes;
  const tick = schedule("schedule", {
    operation: "tick",
    name: tickScheduleName(environment, application),
    description: `Ticks of ${functionName}`,
    cron: `${minutes === 1 ? "*" : `0/${minutes}`} * * * ? *`,
  });
  if (!props.hasTechnicalAccounts) return { tick };
  const passwords = schedule("passwords-schedule", {
    operation: "passwords",
    name: passwordsScheduleName(environment, application),
    description: `The age of the technical accounts' passwords, by ${functionName}`,
    // Five past: the number of days has just changed, where it changes on the hour.
    cron: "5 * * * ? *",
  });
  return { tick, passwords };
}
