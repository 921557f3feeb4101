/**
 * A function with its log group, its role with one policy, its zip, no retries by Lambda, and a schedule with a role
 * of its own. Functions rather than a construct, so that every resource is a child of the user's construct.
 */
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole, type IamRoleConfig } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import {
  invokeStatement,
  mergedStatements,
  policyDocument,
  trustPolicy,
  type PolicyStatement,
} from "../../../aws/policy-statements";
import { logGroupName } from "../../../aws/names";
import { encodeNetwork, type NetworkSettings } from "../../../lambda/token-refresh/contract";
import { LAMBDA_HANDLER } from "../../../aws/package-folder";
import { followedName } from "../followed-name";
import { checkOwnRole, checkRoleArn, grant } from "../role-grants";
import type { BroughtInRoles, LandingZone } from "../../landing-zone";
import { accountArn, lambdaZip } from "../stack-singletons";

/** The next run is the retry: a late or repeated invocation has no use. */
const MAXIMUM_EVENT_AGE_IN_SECONDS = 60;
const NO_RETRIES = 0;
/** AWS ends it on 30 April 2027: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIME = "nodejs22.x";
/** Chosen by measurement: docs/decisions/refresher.md. */
const MEMORY_SIZE_IN_MEGABYTES = 256;
const LOG_RETENTION_IN_DAYS = 90;

export interface FunctionParts {
  readonly folder: string;
  readonly roleOf: keyof BroughtInRoles;
  /** Also the name of its role and policy. */
  readonly functionName: string;
  readonly description: string;
  readonly roleDescription: string;
  readonly timeoutInSeconds: number;
  readonly variables: { readonly [name: string]: string };
  /** Its permissions, apart from logs and network. */
  readonly statements: PolicyStatement[];
}

function roleFor(
  scope: Construct,
  id: string,
  zone: LandingZone,
  which: keyof BroughtInRoles,
  config: Pick<IamRoleConfig, "name" | "description" | "assumeRolePolicy">,
): IamRole | { readonly roleArn: string } {
  const roleArn = zone.roleArns?.[which];
  if (roleArn !== undefined) {
    checkOwnRole(scope, `landingZone.roleArns.${which}`, roleArn);
    return { roleArn };
  }
  const { rolePath: path, permissionsBoundaryArn: permissionsBoundary, tags } = zone;
  return new IamRole(scope, id, { ...config, path, permissionsBoundary, tags });
}

const arnOf = (role: ReturnType<typeof roleFor>): string => ("roleArn" in role ? role.roleArn : role.arn);

const networkSettings = (network: LandingZone["network"]): NetworkSettings => ({
  httpsProxy: network?.httpsProxy,
  awsThroughProxy: network?.awsThroughProxy,
  caFile: network?.certificateAuthority?.file,
});

export interface MadeFunction {
  /** After Aspects and overrides. */
  readonly functionName: string;
  readonly logGroupName: string;
  readonly roleArn: string;
  /** Undefined for an existing role. */
  readonly role?: IamRole;
  readonly addToRolePolicy: (statement: PolicyStatement) => void;
  readonly logGroup: CloudwatchLogGroup;
  readonly function: LambdaFunction;
}

export function makeFunction(scope: Construct, parts: FunctionParts, zone: LandingZone): MadeFunction {
  const { tags, network } = zone;
  // The function is made below, after its dependencies.
  const functionName = followedName(() => made, "function_name");
  const logGroup = new CloudwatchLogGroup(scope, "log-group", {
    name: logGroupName(functionName),
    retentionInDays: zone.logRetentionInDays ?? LOG_RETENTION_IN_DAYS,
    kmsKeyId: zone.encryptionKeyArn,
    tags,
  });
  const role = roleFor(scope, "role", zone, parts.roleOf, {
    name: parts.functionName,
    description: parts.roleDescription,
    assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
  });
  const roleArn = arnOf(role);
  const statements: PolicyStatement[] = [
    ...parts.statements,
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroup.arn}:*` },
    ...(network ? networkStatements(accountArn(scope, "lambda", `function:${functionName}`)) : []),
  ];
  const document = Lazy.stringValue({ produce: () => policyDocument(mergedStatements(statements)) });
  const policy = new IamRolePolicy(scope, "policy", {
    name: parts.functionName,
    role: "roleArn" in role ? checkRoleArn(parts.roleOf, roleArn).name : role.name,
    policy: document,
  });
  const zip = lambdaZip(scope, parts.folder);
  const made: LambdaFunction = new LambdaFunction(scope, "function", {
    functionName: parts.functionName,
    description: parts.description,
    role: roleArn,
    filename: zip.filename,
    sourceCodeHash: zip.sourceCodeHash,
    handler: LAMBDA_HANDLER,
    runtime: RUNTIME,
    architectures: ["arm64"],
    memorySize: MEMORY_SIZE_IN_MEGABYTES,
    timeout: parts.timeoutInSeconds,
    environment: { variables: { ...parts.variables, ...encodeNetwork(networkSettings(network)) } },
    vpcConfig: network && { subnetIds: network.subnetIds, securityGroupIds: network.securityGroupIds },
    layers: network?.certificateAuthority && [network.certificateAuthority.layerArn],
    tags,
    // Without them the first run would fail, or create a log group that never expires.
    dependsOn: [policy, logGroup],
  });
  new LambdaFunctionEventInvokeConfig(scope, "no-retries", {
    functionName: made.functionName,
    maximumRetryAttempts: NO_RETRIES,
    maximumEventAgeInSeconds: MAXIMUM_EVENT_AGE_IN_SECONDS,
  });
  return {
    functionName,
    logGroupName: followedName(logGroup, "name"),
    roleArn,
    role: "roleArn" in role ? undefined : role,
    addToRolePolicy: (statement) => {
      statements.push(statement);
    },
    logGroup,
    function: made,
  };
}

export interface PlannedRun {
  readonly name: string;
  readonly description: string;
  readonly expression: string;
  /** @default - UTC */
  readonly timeZone?: string;
  /**
   * How long after its time a run may start, to spread runs.
   * @default - on time
   */
  readonly windowInMinutes?: number;
  readonly input: object;
}

/** A group of schedules with one role. */
export class Schedules {
  readonly group: SchedulerScheduleGroup;
  private readonly roleArn: string;
  private readonly policy: IamRolePolicy;

  constructor(
    private readonly scope: Construct,
    names: { readonly groupName: string; readonly roleName: string },
    private readonly run: { readonly function: LambdaFunction; readonly functionName: string },
    zone: LandingZone,
  ) {
    this.group = new SchedulerScheduleGroup(scope, "schedule-group", { name: names.groupName, tags: zone.tags });
    const role = roleFor(scope, "schedule-role", zone, "schedules", {
      name: names.roleName,
      description: `Lets EventBridge Scheduler invoke ${run.functionName}`,
      assumeRolePolicy: trustPolicy("scheduler.amazonaws.com", { StringEquals: { "aws:SourceArn": this.group.arn } }),
    });
    this.roleArn = arnOf(role);
    this.policy = grant(scope, role, "invoke", run.functionName, [invokeStatement(run.function.arn)]);
  }

  add(id: string, planned: PlannedRun): SchedulerSchedule {
    return new SchedulerSchedule(this.scope, id, {
      name: planned.name,
      groupName: this.group.name,
      description: planned.description,
      scheduleExpression: planned.expression,
      scheduleExpressionTimezone: planned.timeZone,
      flexibleTimeWindow:
        planned.windowInMinutes === undefined
          ? { mode: "OFF" }
          : { mode: "FLEXIBLE", maximumWindowInMinutes: planned.windowInMinutes },
      target: {
        arn: this.run.function.arn,
        roleArn: this.roleArn,
        input: JSON.stringify(planned.input),
        retryPolicy: {
          maximumRetryAttempts: NO_RETRIES,
          maximumEventAgeInSeconds: MAXIMUM_EVENT_AGE_IN_SECONDS,
        },
      },
      dependsOn: [this.policy],
    });
  }
}

/** Lambda requires all of them on all resources: "Giving Lambda functions access to resources in an Amazon VPC". */
const NETWORK_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lambda attaches a function to a network with the function's own role; the Deny keeps the code from doing the same.
 */
function networkStatements(functionArn: string): PolicyStatement[] {
  return [
    { Effect: "Allow", Action: NETWORK_ACTIONS, Resource: "*" },
    {
      Effect: "Deny",
      Action: NETWORK_ACTIONS,
      Resource: "*",
      // Set on requests of the function's code, not on Lambda's own.
      Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    },
  ];
}
