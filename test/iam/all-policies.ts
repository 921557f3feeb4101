/** All policies of the deployed stacks, and AWS's own policies for resources that have none. */
import type { AppliedFunction, AppliedStack } from "./applied";
import { ACCOUNT, arn, functionArn, OTHER_ACCOUNT, REGION, roleArn, secretArn } from "./arns";
import type { Everything } from "./everything";
import { BREAK_GLASS_ROLE, BROUGHT_IN_ROLE, FOREIGN_ROLE, SECRETS_KEY } from "./everything";
import {
  administersKey,
  administrator,
  assumedByLambda,
  callsByAlarm,
  callsByLambda,
  callsByRule,
  callsByScheduler,
  CLOUDWATCH,
  defaultKeyPolicy,
  defaultTopicPolicy,
  EVENTBRIDGE,
  LAMBDA,
  networkCallsByCode,
  OTHER_SERVICES,
  SCHEDULER,
} from "./service-calls";
import { without, type Call, type Policy, type Request, type World } from "./simulator";

export const stacksOf = ({ qualif, prod, consumer }: Everything): readonly AppliedStack[] => [qualif, prod, consumer];

export function worldOf(stacks: readonly AppliedStack[]): World {
  const identity = new Map([ADMINISTRATOR, BREAK_GLASS_ROLE, FOREIGN_ROLE].map(administrator));
  const resource = new Map<string, Policy>([[SECRETS_KEY, defaultKeyPolicy(SECRETS_KEY)]]);
  for (const stack of stacks) {
    for (const { arn } of stack.topics) resource.set(arn, defaultTopicPolicy(arn));
    for (const [arn, policy] of stack.resourcePolicies) resource.set(arn, policy);
    const policies = stack.rolePolicies;
    for (const { name, arn, trust } of [...stack.roles, BROUGHT_IN]) {
      const own = policies.get(name) ?? [];
      identity.set(arn, [...(identity.get(arn) ?? []), ...own]);
      if (trust !== undefined) resource.set(arn, trust);
    }
  }
  return { identity, resource };
}

const BROUGHT_IN = { ...BROUGHT_IN_ROLE, trust: undefined };

export function functionOf(stack: AppliedStack, name: string): AppliedFunction {
  const found = stack.functions.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found;
}

export const ADMINISTRATOR = roleArn("administrator");

/** Requests of AWS services with the roles, topics and keys of a stack. */
export function neededByServices(stack: AppliedStack): Request[] {
  const { topics } = stack;
  const keys = new Set(topics.flatMap(({ keyArn }) => keyArn ?? []));
  return [
    ...stack.functions.flatMap((each) => [
      ...(each.roleArn === BROUGHT_IN.arn ? [] : [assumedByLambda(each.roleArn)]),
      ...callsByLambda(each).map((call) => ({ principal: each.roleArn, call })),
    ]),
    ...stack.schedules.flatMap(callsByScheduler),
    ...stack.alarms.flatMap((alarm) => callsByAlarm(alarm, topics)),
    ...stack.rules.flatMap((rule) => callsByRule(rule, topics)),
    ...[...keys].map((key) => administersKey(ADMINISTRATOR, key)),
  ];
}

/** Requests of the principals that a secret's policy names, who have rights of their own. */
export function neededByNamed(): Request[] {
  const contexts: Call["context"][] = [{}, { "secretsmanager:VersionStage": "AWSCURRENT" }];
  const reads = (principal: string, secret: string): Request[] =>
    contexts.map((context) => ({
      principal,
      call: { action: "secretsmanager:GetSecretValue", resource: secretArn(secret), context },
    }));
  return [
    ...reads(BREAK_GLASS_ROLE, "piste/prod/chorus-pro/client"),
    ...reads(FOREIGN_ROLE, "piste/qualif/shared/technical-account/default"),
  ];
}

/** The same requests from other principals, for other sources, or from a function's own code. */
export function outsideOfServices(stack: AppliedStack, needed: readonly Request[]): Request[] {
  const strangers = needed.flatMap(({ principal, call }): Request[] => {
    const { context, action } = call;
    const source = context["aws:SourceArn"];
    const from = (changes: Record<string, string>): Request => ({
      principal,
      call: { ...call, context: { ...context, ...changes } },
    });
    const sourceless = without(context, "aws:SourceArn");
    if (principal === CLOUDWATCH && action.startsWith("kms:") && source !== undefined) {
      return [
        ...OTHER_SERVICES.map((service) => ({ principal: service, call })),
        from({ "aws:SourceArn": source.replace(ACCOUNT, OTHER_ACCOUNT) }),
        from({ "aws:SourceArn": arn("cloudwatch", "metric-stream/any") }),
        { principal, call: { ...call, context: sourceless } },
        ...["kms:Encrypt", "kms:CreateGrant", "kms:PutKeyPolicy"].map((other) => ({
          principal,
          call: { ...call, action: other },
        })),
      ];
    }
    if (principal === EVENTBRIDGE && action.startsWith("kms:")) {
      return [
        ...OTHER_SERVICES.map((service) => ({ principal: service, call })),
        ...["kms:Encrypt", "kms:CreateGrant", "kms:PutKeyPolicy"].map((other) => ({
          principal,
          call: { ...call, action: other },
        })),
      ];
    }
    if (action === "sns:Publish" && stack.rules.length > 0 && source !== undefined) {
      // AWS's default policy checks only the account; these requests are for a topic with its own policy.
      const ofTheTopic = { principal, call: { ...call, context: without(context, "aws:SourceOwner") } };
      const changed = (sourceArn: string): Request => ({
        principal,
        call: { ...call, context: { ...ofTheTopic.call.context, "aws:SourceArn": sourceArn } },
      });
      return [
        ...OTHER_SERVICES.map((service) => ({ ...ofTheTopic, principal: service })),
        // EventBridge publishes without a condition: AWS documents none for a topic.
        ...(principal === EVENTBRIDGE
          ? []
          : [
              changed(source.replace(ACCOUNT, OTHER_ACCOUNT)),
              changed(source.replace(REGION, "eu-west-1")),
              changed(arn("cloudwatch", "metric-stream/any")),
              { principal, call: { ...call, context: without(sourceless, "aws:SourceOwner") } },
            ]),
        { principal, call: { ...ofTheTopic.call, action: "sns:Subscribe" } },
      ];
    }
    if (action !== "sts:AssumeRole") return [];
    return [
      ...[
        ...OTHER_SERVICES,
        principal === LAMBDA ? SCHEDULER : LAMBDA,
        roleArn("somebody"),
        `arn:aws:iam::${OTHER_ACCOUNT}:root`,
      ].map((other) => ({ principal: other, call })),
      ...(principal === SCHEDULER && source !== undefined
        ? [
            from({ "aws:SourceArn": `${source}-2` }),
            from({ "aws:SourceArn": arn("scheduler", "schedule-group/default") }),
            from({ "aws:SourceArn": source.replace(ACCOUNT, OTHER_ACCOUNT) }),
            from({ "aws:SourceArn": source.replace(REGION, "eu-west-1") }),
            { principal, call: { ...call, context: sourceless } },
          ]
        : []),
    ];
  });
  const byCode = stack.functions.flatMap(({ name, roleArn: principal, inNetwork }) =>
    inNetwork ? networkCallsByCode(functionArn(name)).map((call) => ({ principal, call })) : [],
  );
  return [...strangers, ...byCode];
}
