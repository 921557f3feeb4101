/** The ARNs of an application's resources, and the statements that several policies share. */
import { ALARM_NAMES } from "../../aws/alarms/alarms";
import { partitionOf } from "../../aws/checks";
import {
  alarmTopicName,
  connectionCheckFunctionName,
  environmentResourceName,
  logGroupName,
  resourceName,
  scheduleGroupName,
  scheduleRoleName,
  tickScheduleName,
  tokenRefreshFunctionName,
} from "../../aws/names";
import { parameterResource, secretResource } from "../../aws/policy-statements";
import { isProduction } from "../../piste/environments";
import { clientSecretName, descriptionsPath, technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import { allow, arnMaker, explained, type ExplainedStatement, type PolicyOptions } from "./statement";

export interface Arns {
  readonly descriptions: string;
  readonly client: string;
  readonly accounts: string;
  readonly token: string;
  readonly functions: string[];
  readonly logGroups: string[];
  readonly topics: string[];
  readonly alarms: string[];
  readonly allAlarms: string;
  readonly roles: string[];
  readonly schedule: string;
  readonly scheduleRole: string;
  readonly keys: string;
}

export function arnsOf(options: PolicyOptions): Arns {
  const { environment, application, region, accountId, topicArns = [], roleArns = [], rolePath = "/" } = options;
  const { namePrefix: prefix } = options;
  const arn = arnMaker(options);
  const secret = (name: string): string => arn("secretsmanager", secretResource(name));
  const topicPrefixes = [environmentResourceName(environment, prefix), resourceName(environment, application, prefix)];
  const severities = isProduction(environment) ? (["page", "inform"] as const) : (["inform"] as const);
  const functions = [
    tokenRefreshFunctionName(environment, application, prefix),
    connectionCheckFunctionName(environment, application, prefix),
  ];
  const role = (name: string): string => `arn:${partitionOf(region)}:iam::${accountId}:role${rolePath}${name}`;
  return {
    descriptions: arn("ssm", parameterResource(descriptionsPath(environment))),
    client: secret(clientSecretName(environment, application)),
    accounts: secret(technicalAccountSecretName(environment, application, "*")),
    token: secret(tokenSecretName(environment, application)),
    functions: functions.map((name) => arn("lambda", `function:${name}`)),
    logGroups: functions.map((name) => arn("logs", `log-group:${logGroupName(name)}:*`)),
    topics: [
      ...topicPrefixes.flatMap((each) => severities.map((severity) => arn("sns", alarmTopicName(each, severity)))),
      ...topicArns,
    ],
    alarms: ALARM_NAMES.map((name) =>
      arn("cloudwatch", `alarm:${resourceName(environment, application, prefix)}-${name}`),
    ),
    allAlarms: arn("cloudwatch", "alarm:*"),
    roles: [role(tokenRefreshFunctionName(environment, application, prefix)), ...roleArns],
    schedule: arn(
      "scheduler",
      `schedule/${scheduleGroupName(environment, application, prefix)}/${tickScheduleName(environment, application, prefix)}`,
    ),
    scheduleRole: role(scheduleRoleName(environment, application, prefix)),
    keys: arn("kms", "key/*"),
  };
}

export function findApplications({ descriptions }: Arns): ExplainedStatement {
  return explained(
    "FindApplications",
    // The resource is the requested path and everything below it.
    allow(["ssm:GetParametersByPath"], descriptions),
    "finds the applications by their descriptions, which contain no secrets",
    "trouve les applications par leurs descriptions, qui ne contiennent rien de secret",
  );
}

export function seeWhereAlarmsGo({ topics, allAlarms }: Arns): ExplainedStatement[] {
  return [
    explained(
      "DescribeAlarms",
      // CloudWatch requires this right on all alarms, even when a request names some.
      allow(["cloudwatch:DescribeAlarms"], allAlarms),
      "sees where alarms go; CloudWatch has this right only for all alarms",
      "voit où vont les alarmes ; CloudWatch ne connaît ce droit que pour toutes",
    ),
    explained(
      "SeeSubscribers",
      allow(["sns:ListSubscriptionsByTopic"], topics),
      "sees who receives them",
      "voit qui les reçoit",
    ),
  ];
}

/** In production there is no drill. */
export function seeDrills({ schedule }: Arns, { environment }: PolicyOptions): ExplainedStatement[] {
  if (isProduction(environment)) return [];
  return [
    explained(
      "SeeDrills",
      allow(["scheduler:GetSchedule"], schedule),
      "sees whether a drill has stopped the ticks",
      "voit si un exercice a arrêté les exécutions",
    ),
  ];
}
